import { randomBytes } from 'node:crypto';
import type { Account } from '#device-sim/load/device-connection.ts';

/** What one device says through a gateway of its dialect; placeholders: device-sim/load/publish-frame.ts. */
interface Voice {
  readonly dialect: string;
  /** The gateway's filter. */
  readonly filter: string;
  readonly topic: string;
  /** The device's name there. */
  readonly address: string;
  readonly kind: string;
  readonly payload: unknown;
  /** Of 20 devices. */
  readonly share: number;
  readonly readings: number;
}

const iso = '2000-01-01T00:00:00.000Z';
const temperature = '"temperature":20.00';

/**
 * A community as it may be: half of it Zigbee, a quarter LoRaWAN, the rest what else has Wi-Fi. Payloads as the makers' documents
 * have them (tests/cases), so that they are as long and as deep as real ones.
 */
const voices: readonly Voice[] = [
  {
    dialect: 'zigbee2mqtt',
    filter: 'zigbee2mqtt/#',
    topic: 'zigbee2mqtt/climate',
    address: 'climate',
    kind: 'environment',
    payload: `{"battery":97,"humidity":45.2,"linkquality":120,"pressure":1013,${temperature},"voltage":2995}`,
    share: 5,
    readings: 6,
  },
  {
    dialect: 'zigbee2mqtt',
    filter: 'zigbee2mqtt/#',
    topic: 'zigbee2mqtt/door',
    address: 'door',
    kind: 'door',
    payload: `{"battery":97,"battery_low":false,"contact":true,"last_seen":"${iso}","linkquality":120,"tamper":false}`,
    share: 5,
    readings: 5,
  },
  {
    dialect: 'chirpstack',
    filter: 'application/#',
    topic: 'application/17c82e96-be03-4f38-aef3-f83d48582d97/device/24e124535d135917/event/up',
    address: '24e124535d135917',
    kind: 'environment',
    payload: `{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c90-7000000","time":"${iso}","deviceInfo":{"tenantId":"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"ChirpStack","applicationId":"17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"Test","deviceProfileId":"14855bf7-d10d-4aee-b618-ebfcb64dc7ad","deviceProfileName":"EM300-TH","deviceName":"climate","devEui":"24e124535d135917","tags":{"key":"value"}},"devAddr":"00189440","adr":true,"dr":1,"fCnt":12,"fPort":85,"confirmed":false,"data":"AXVkA2cZAQRoZQ==","object":{"battery":100,"humidity":50.5,${temperature}},"rxInfo":[{"gatewayId":"0016c001f153a14c","uplinkId":4217106255,"rssi":-36,"snr":10.5,"context":"E3OWOQ==","metadata":{"region_config_id":"eu868","region_name":"eu868"}}],"txInfo":{"frequency":867100000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":11,"codeRate":"CR_4_5"}}}}`,
    share: 3,
    readings: 5,
  },
  {
    dialect: 'the-things-stack',
    filter: 'v3/#',
    topic: 'v3/app-1@tenant-1/devices/climate/up',
    address: 'climate',
    kind: 'environment',
    payload: `{"end_device_ids":{"device_id":"climate","application_ids":{"application_id":"app-1"},"dev_eui":"0004A30B001C0530","join_eui":"800000000000000C","dev_addr":"00BCB929"},"correlation_ids":["as:up:01E0WZGT6Y7657CPFPE5WEYDSQ"],"received_at":"${iso}","uplink_message":{"session_key_id":"AXBiagJ6bJo=","f_port":85,"f_cnt":7000000,"frm_payload":"AXVkA2cZAQRoZQ==","decoded_payload":{"battery":100,"humidity":50.5,${temperature}},"rx_metadata":[{"gateway_ids":{"gateway_id":"gw-1","eui":"9C5C8E00001A05C4"},"rssi":-35,"channel_rssi":-35,"snr":5.2}],"settings":{"data_rate":{"lora":{"bandwidth":125000,"spreading_factor":7}},"frequency":"867300000"}}}`,
    share: 2,
    readings: 5,
  },
  {
    dialect: 'thingsboard',
    filter: 'v1/#',
    topic: 'v1/gateway/telemetry',
    address: 'Climate 1',
    kind: 'environment',
    payload: `{"Climate 1":[{"ts":1000000000000,"values":{${temperature},"humidity":42}}]}`,
    share: 1,
    readings: 2,
  },
  {
    dialect: 'tasmota',
    filter: '#',
    topic: 'tele/climate/SENSOR',
    address: 'climate',
    kind: 'environment',
    payload:
      '{"Time":"2000-01-01T00:00:00","AM2301":{"Temperature":20.00,"Humidity":58.2,"DewPoint":15.1},"TempUnit":"C"}',
    share: 1,
    readings: 3,
  },
  {
    dialect: 'shelly',
    filter: '#',
    topic: 'shellyplus1pm-4417939341dc/events/rpc',
    address: 'shellyplus1pm-4417939341dc',
    kind: 'environment',
    payload:
      '{"src":"shellyplus1pm-4417939341dc","dst":"shellyplus1pm-4417939341dc/events","method":"NotifyStatus","params":{"ts":1000000000.001,"switch:0":{"id":0,"aenergy":{"by_minute":[0.000,0.000,0.000],"minute_ts":1767239940,"total":110.046},"apower":20.00,"current":0.1,"voltage":232.7}}}',
    share: 1,
    readings: 4,
  },
  {
    dialect: 'esphome',
    filter: '#',
    topic: 'node/sensor/room_temperature/state',
    address: 'node',
    kind: 'environment',
    payload: '20.00',
    share: 1,
    readings: 1,
  },
  {
    dialect: 'frigate',
    filter: 'frigate/#',
    topic: 'frigate/yard/person',
    address: 'yard',
    kind: 'camera',
    payload: '2',
    share: 1,
    readings: 2,
  },
];

export interface DialectMix {
  /** As `/import` takes it, beside the community of the same benchmark. */
  readonly file: Readonly<Record<string, unknown>>;
  readonly accounts: readonly Account[];
  /** Readings in a message, on the average. */
  readonly readings: number;
}

/** So many gateways, each of one dialect and with one device; ids begin with `bench-`. */
export function dialectMix(
  count: number,
  community: { readonly id: string; readonly place: string },
): DialectMix {
  const turns = voices.flatMap((voice) => Array.from({ length: voice.share }, () => voice));
  const { place } = community;
  const devices: unknown[] = [];
  const accounts: Account[] = [];
  let readings = 0;
  for (let index = 0; index < count; index += 1) {
    // Neighbours are of different dialects.
    const voice = turns[(index * 7) % turns.length];
    if (voice === undefined) continue;
    const { address, dialect, filter, kind, topic } = voice;
    const id = `bench-gateway-${index}`;
    const token = randomBytes(24).toString('base64url');
    devices.push({ id, kind: 'gateway', dialect, topic: filter, place, token });
    devices.push({ id: `bench-carried-${index}`, kind, place, gateway: id, address });
    const payload = { text: String(voice.payload), readings: voice.readings };
    accounts.push({ id, token, topic, place, payload });
    readings += voice.readings;
  }
  return { file: { community: { id: community.id }, devices }, accounts, readings: readings / count };
}
