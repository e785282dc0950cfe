import {
  type Dialect,
  type Draft,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import { localTime } from '#ingest/dialects/local-time.ts';
import { wordAsNumber } from '#ingest/dialects/words.ts';
import type { Heard } from '#ingest/heard.ts';

/** Of makers in one zone for the whole world: day first. */
const formats = ['dd/MM/yyyy HH:mm:ss', 'dd/MM/yyyy HH:mm', 'yyyy-MM-dd HH:mm:ss', "yyyy-MM-dd'T'HH:mm:ss"];

/**
 * 4G care watches (iMEDE and its like): `BASE/VitalSign`, `BASE/sos`, `BASE/fall`, `BASE/location`. Which watch it is stands in the body
 * alone; times are local, and a call for help has none.
 */
export const careWatch: Dialect = {
  id: 'care-watch',
  topics: { usual: 'iMEDE_watch/#' },
  read(message: Heard, draft: MessageDraft): void {
    const json = jsonOf(message, draft);
    if (json === undefined) return;
    if (!isObject(json)) {
      draft.refuse('malformed', 'a watch says an object');
      return;
    }
    const name = nameIn(json);
    if (name === undefined) draft.refuse('malformed', 'it does not say which watch: there is no IMEI');
    else readWatch(json, message, draft.of(name, { name, kind: 'wearable' }));
  },
};

function nameIn(json: JsonObject): string | undefined {
  for (const key of ['IMEI', 'imei', 'deviceId', 'device_id']) {
    const name = json[key];
    if (typeof name === 'string' && name !== '') return name;
    if (typeof name === 'number' && Number.isSafeInteger(name)) return String(name);
  }
  return undefined;
}

function readWatch(json: JsonObject, message: Heard, device: Draft): void {
  const what = (message.levels.at(-1) ?? '').toLowerCase();
  const stamp = json['timeStamps'] ?? json['timeStamp'] ?? json['timestamp'];
  const moment = device.moment(
    typeof stamp === 'number' ? { kind: 'stamp', stamp } : localTime(stamp, formats, message),
  );
  if (what === 'sos') device.say(moment, 'sos', true);
  if (what === 'fall' || what === 'falldown') device.say(moment, 'fall', true);
  for (const [key, property] of plain) sayMeasured(property, json[key], moment, device);
  const pressure = json['bloodPressure'];
  if (isObject(pressure)) {
    sayMeasured('blood-pressure-systolic', pressure['bp_sys'], moment, device);
    sayMeasured('blood-pressure-diastolic', pressure['bp_dia'], moment, device);
  }
  sayPlace(json['location'], moment, device);
}

const plain: readonly (readonly [key: string, property: string])[] = [
  ['heartRate', 'heart-rate'],
  ['spO2', 'spo2'],
  ['bodyTemperature', 'body-temperature'],
  ['respirationRate', 'respiration-rate'],
  ['bloodGlucose', 'blood-glucose'],
  ['steps', 'steps'],
  ['step', 'steps'],
  ['battery', 'battery'],
  ['worn', 'worn'],
];

/** Vitals that a watch did not get are zero there: nobody's heart, breath or blood is. */
const neverZero: ReadonlySet<string> = new Set([
  'heart-rate',
  'spo2',
  'body-temperature',
  'respiration-rate',
  'blood-glucose',
  'blood-pressure-systolic',
  'blood-pressure-diastolic',
]);

function sayMeasured(property: string, value: unknown, moment: number, device: Draft): void {
  if (neverZero.has(property) && isZero(value)) return;
  device.say(moment, property, value, { isLoose: true });
}

/** Zero and zero is a receiver that has no position. */
function sayPlace(location: unknown, moment: number, device: Draft): void {
  if (!isObject(location)) return;
  const latitude = location['latitude'] ?? location['lat'];
  const longitude = location['longitude'] ?? location['lng'] ?? location['lon'];
  if (isZero(latitude) && isZero(longitude)) return;
  device.say(moment, 'latitude', latitude, { isLoose: true });
  device.say(moment, 'longitude', longitude, { isLoose: true });
}

/** Of an object with a `valueOf` of its own nothing is asked. */
const isZero = (value: unknown): boolean =>
  value === 0 || (typeof value === 'string' && wordAsNumber(value) === 0);
