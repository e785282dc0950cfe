import { kebab } from '#ingest/names.ts';

const longest = 64;

/** Other words for what the rule library and people look for. */
const others: ReadonlyMap<string, string> = new Map([
  ['ebike', 'e-bike'],
  ['electric-bike', 'e-bike'],
  ['electric-bicycle', 'e-bike'],
  ['electric-scooter', 'e-bike'],
  ['电动车', 'e-bike'],
  ['电瓶车', 'e-bike'],
  ['电动自行车', 'e-bike'],
  ['people', 'person'],
  ['human', 'person'],
  ['pedestrian', 'person'],
  ['行人', 'person'],
]);

/** A class of objects as the catalogue has it: lower case, with dashes. Undefined: it is none. */
export function objectClass(label: unknown): string | undefined {
  if (typeof label !== 'string') return undefined;
  const word = kebab(label.replace(/^-+/, ''));
  return word === '' || word.length > longest ? undefined : (others.get(word) ?? word);
}

const vehicles: ReadonlySet<string> = new Set([
  'car',
  'truck',
  'bus',
  'van',
  'lorry',
  'vehicle',
  'motorcycle',
  'tricycle',
]);

/** What can stand in the way of a fire engine. */
export const isVehicle = (objectClassName: string): boolean => vehicles.has(objectClassName);
