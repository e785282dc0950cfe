import { useTexts } from '../i18n/texts.ts';

/** Names of makes are the same in every language; what has another has words. */
const makes: Readonly<Record<string, string>> = {
  senml: 'SenML',
  zigbee2mqtt: 'Zigbee2MQTT',
  thingsboard: 'ThingsBoard',
  chirpstack: 'ChirpStack (LoRaWAN)',
  'the-things-stack': 'The Things Stack (LoRaWAN)',
  frigate: 'Frigate',
  onvif: 'ONVIF',
  tasmota: 'Tasmota',
  shelly: 'Shelly',
  esphome: 'ESPHome',
  'home-assistant': 'Home Assistant',
};

/** What a gateway speaks, as people call it. */
export function useDialectNames() {
  const { word } = useTexts();
  return (id: string): string => makes[id] ?? word('dialects', id);
}
