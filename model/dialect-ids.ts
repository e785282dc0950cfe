/** Those that the contract names. */
export const dialectIds = [
  'native',
  'senml',
  'zigbee2mqtt',
  'thingsboard',
  'chirpstack',
  'the-things-stack',
  'frigate',
  'onvif',
  'fall-radar',
  'care-watch',
  'hikvision',
  'tasmota',
  'shelly',
  'esphome',
  'home-assistant',
  'custom',
] as const;
