import { isObject, type JsonObject } from '#ingest/dialects/dialect.ts';
import type { Told } from '#ingest/dialects/shelly-components.ts';

/** BTHome's names (bthome.io/format) as scripts of Shelly gateways pass them on, and what they are here. */
const properties: ReadonlyMap<string, string> = new Map([
  ['battery', 'battery'],
  ['temperature', 'temperature'],
  ['humidity', 'humidity'],
  ['pressure', 'pressure'],
  ['illuminance', 'illuminance'],
  ['co2', 'co2'],
  ['tvoc', 'voc'],
  ['pm2_5', 'pm2-5'],
  ['pm10', 'pm10'],
  ['window', 'door-open'],
  ['door', 'door-open'],
  ['opening', 'door-open'],
  ['garage_door', 'door-open'],
  ['motion', 'motion'],
  ['occupancy', 'occupancy'],
  ['presence', 'occupancy'],
  ['vibration', 'vibration'],
  ['smoke', 'smoke'],
  ['gas', 'gas'],
  ['carbon_monoxide', 'co-alarm'],
  ['moisture_binary', 'water-leak'],
  ['tamper', 'tamper'],
  ['battery_low', 'battery-low'],
  ['rssi', 'rssi'],
]);

/** `{"address":"3c:2e:f5:…","pid":118,"battery":100,"window":1}`: a device behind the gateway, by its address on the radio. */
export function sayBeacon(data: JsonObject, { draft, time }: Told): void {
  const { address, pid } = data;
  if (typeof address !== 'string' || address === '') return;
  const name = address.toLowerCase();
  const device = draft.of(name, { name });
  const moment = device.moment(time);
  // Several gateways hear the same packet, and each packet is sent several times.
  if (typeof pid === 'number') device.once(String(pid));
  for (const [key, property] of properties) {
    const value = data[key];
    if (typeof value === 'number' || typeof value === 'boolean') device.say(moment, property, value);
  }
  if (isPress(data['button'])) device.say(moment, 'sos', true, { onlyOf: 'sos-button' });
  // Of several of a kind the first is the device's.
  for (const key of ['temperature', 'humidity']) {
    const several = data[key];
    if (Array.isArray(several) && !isObject(several[0]))
      device.say(moment, key, several[0], { isLoose: true });
  }
}

/** 0 is that nothing was pressed, 254 that it is held. */
const isPress = (button: unknown): boolean =>
  Array.isArray(button) ? button.some(isPress) : typeof button === 'number' && button > 0;
