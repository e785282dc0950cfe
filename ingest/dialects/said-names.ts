import { propertyName } from '#ingest/names.ts';

/** Names of yes and no, and of numbers, that mean another property than their word does. */
const yesOrNo: ReadonlyMap<string, string> = new Map([
  ['co', 'co-alarm'],
  ['carbon-monoxide', 'co-alarm'],
  ['battery', 'battery-low'],
  ['door', 'door-open'],
  ['window', 'door-open'],
  ['opening', 'door-open'],
  ['moisture', 'water-leak'],
  ['problem', 'fault'],
  ['siren', 'siren-on'],
]);
const numbers: ReadonlyMap<string, string> = new Map([
  ['carbon-monoxide', 'co'],
  ['power', 'active-power'],
  ['internal-temperature', 'device-temperature'],
  ['cpu-temperature', 'device-temperature'],
  ['chip-temperature', 'device-temperature'],
  ['wifi-signal', 'rssi'],
  ['wi-fi-signal', 'rssi'],
  ['signal', 'rssi'],
  ['gas', 'gas-level'],
]);

/**
 * What a name that somebody gave means by its last words: `kitchen_smoke` is smoke, `hall_door` a door. A name that says nothing
 * of the kind stays as it is.
 */
export function saidName(id: string, is: 'yes-or-no' | 'number'): string {
  const words = propertyName(id).name.split('-');
  const special = is === 'number' ? numbers : yesOrNo;
  for (let from = 0; from < words.length; from += 1) {
    const name = words.slice(from).join('-');
    const meant = special.get(name);
    if (meant !== undefined) return meant;
    const { definition, name: property } = propertyName(name);
    const types = [definition?.type, definition?.also];
    if (types.includes(is === 'number' ? 'number' : 'boolean')) return property;
  }
  return id;
}
