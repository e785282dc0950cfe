import type { JsonObject } from '#ingest/dialects/dialect.ts';
import { wordAsBoolean } from '#ingest/dialects/words.ts';

/** What a property of a device is here; undefined: the value says nothing that is kept. */
type Meaning = (value: unknown, state: JsonObject) => Finding | undefined;

/** What a value of a state is in words of ours. */
export interface Finding {
  readonly key: string;
  readonly value: unknown;
  readonly unit?: string;
}

/** What a property says, given the whole state; `parts` takes those that are one of several of a kind. */
export function findingOf(key: string, state: JsonObject, parts: Parts): Finding | undefined {
  const meaning = meanings.get(key);
  if (meaning !== undefined) return meaning(state[key], state);
  return key.includes('_') && parts.take(key, state[key]) ? undefined : asItIs(key, state[key]);
}

const meaningOf = (key: string): Meaning => meanings.get(key) ?? named(key);

/** Ends of names by which a device tells its zones, alarms, probes or endpoints apart. */
const ends =
  '(?:(?:alarm|zone|wire|channel|input|th|ep|l)_?)?\\d{1,2}|both_zones|in|out|or|and|left|right|top|bottom|center|up|down|ds|bme';
const partName = new RegExp(
  `^(smoke|gas|carbon_monoxide|water_leak|contact|occupancy|presence|motion|vibration|sos|tamper|temperature|local_temperature|humidity|illuminance)_(?:${ends})$`,
);
/** Zones that are told apart within the name. */
const zones: readonly (readonly [name: RegExp, whole: string])[] = [
  [/^(?:input|channel)_\d{1,2}_leak_detect(?:_\d{1,2})?$/, 'water_leak'],
  [/^mmwave_area\d{1,2}_occupancy$/, 'occupancy'],
];
const wholeOf = (key: string): string | undefined =>
  partName.exec(key)?.[1] ?? zones.find(([name]) => name.test(key))?.[1];
const measured: ReadonlySet<string> = new Set([
  'temperature',
  'local_temperature',
  'humidity',
  'illuminance',
]);

/**
 * Several of a kind at one device: probes, zones, endpoints. Of yes and no it is yes when any says so, and of contacts open
 * when any is; a single probe is the device's measurement, of several each stays under its own name.
 */
export class Parts {
  readonly #of = new Map<string, (readonly [key: string, value: unknown])[]>();

  /** Whether it is one. */
  take(key: string, value: unknown): boolean {
    const whole = wholeOf(key);
    if (whole === undefined || value === null) return false;
    if (!measured.has(whole) && yesOrNo(value) === undefined) return false;
    const parts = this.#of.get(whole) ?? [];
    parts.push([key, value]);
    this.#of.set(whole, parts);
    return true;
  }

  *findings(state: JsonObject): Iterable<Finding> {
    for (const [whole, parts] of this.#of) {
      if (measured.has(whole)) yield* measurements(whole, parts, state);
      else {
        const isContact = whole === 'contact';
        const isAny = parts.some(([, value]) => yesOrNo(value) !== isContact);
        const finding = meaningOf(whole)(isAny !== isContact, state);
        if (finding !== undefined) yield finding;
      }
    }
  }
}

function* measurements(
  whole: string,
  parts: readonly (readonly [key: string, value: unknown])[],
  state: JsonObject,
): Iterable<Finding> {
  for (const [key, value] of parts) {
    const isOnly = parts.length === 1 && !(whole in state);
    const finding = isOnly ? meaningOf(whole)(value, state) : asItIs(key, value);
    if (finding !== undefined) yield finding;
  }
}

const wet: ReadonlyMap<string, boolean> = new Map([
  ['leak', true],
  ['dry', false],
]);
function yesOrNo(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? (wet.get(value.toLowerCase()) ?? wordAsBoolean(value)) : undefined;
}

const asItIs = (key: string, value: unknown): Finding | undefined =>
  value === null ? undefined : { key, value };

const named =
  (key: string): Meaning =>
  (value) =>
    asItIs(key, value);

const nothing: Meaning = () => undefined;

/** `contact: true` is closed, as its exposes have it, and so is ON. */
const doorOpen: Meaning = (value) => {
  const isClosed = yesOrNo(value);
  return isClosed === undefined ? asItIs('door-open', value) : { key: 'door-open', value: !isClosed };
};

/** Of a lock, or of a window with three states; what is jammed may be either. */
const doorState: Meaning = (value) => {
  const word = wordOf(value);
  if (word === 'error_forced_open') return { key: 'door-forced', value: true };
  if (word === 'closed') return { key: 'door-open', value: false };
  return word === 'open' || word === 'tilted' ? { key: 'door-open', value: true } : undefined;
};

const wordOf = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '');

/** A property whose words are states; of other words nothing is known. */
const wordsOf =
  (key: string, { yes, no }: { readonly yes: readonly string[]; readonly no: readonly string[] }): Meaning =>
  (value) => {
    const word = wordOf(value);
    if (yes.includes(word)) return { key, value: true };
    if (no.includes(word)) return { key, value: false };
    return typeof value === 'string' ? undefined : asItIs(key, value);
  };
const calm = ['normal', 'none', 'detecting', 'clear', 'ok'];
const alarming = (key: string): Meaning =>
  wordsOf(key, { yes: ['alarm', 'alarmed', 'critical_alarm'], no: calm });

/** What a radar sees, in words: nobody, or any way of being there. */
const presenceState: Meaning = (value) => {
  const word = wordOf(value);
  return word === '' || word === 'unknown' ? undefined : { key: 'occupancy', value: word !== 'none' };
};

/** Settings of the same name have words and numbers. */
const vibration: Meaning = (value) => {
  if (typeof value === 'number') return { key: 'vibration-level', value };
  return typeof value === 'boolean' ? { key: 'vibration', value } : undefined;
};

/** A detector says yes or no; of a number a detector with a state of its own says % of the lower explosive limit, and a meter m³. */
const gas: Meaning = (value, whole) => {
  if (typeof value !== 'number') return asItIs('gas', value);
  return { key: 'gas_sensor_state' in whole ? 'gas-concentration' : 'gas-volume', value };
};

/** The temperature of the place, by how likely it is meant: one that stands before another is told, the other keeps its name. */
const places = [
  'temperature',
  'local_temperature',
  'current_temperature',
  'room_temperature',
  'temperature_c',
];
const placed = (key: string): Meaning => {
  const before = places.slice(0, places.indexOf(key));
  return (value, whole) =>
    asItIs(before.some((other) => isNumber(whole[other])) ? key : 'temperature', value);
};
const isNumber = (value: unknown): boolean => typeof value === 'number';

/** The same as in the other unit, where that is said, too. */
const fahrenheit: Meaning = (value, whole) =>
  value === null || places.some((key) => isNumber(whole[key]))
    ? undefined
    : { key: 'temperature', value, unit: '[degF]' };

/** A threshold of the same name is a number. */
const heat: Meaning = (value) => (typeof value === 'boolean' ? { key: 'heat', value } : undefined);

/** In dB/m, which stands beside a bare number in some. */
const density: Meaning = (value, whole) =>
  'smoke_density' in whole ? undefined : asItIs('smoke-density', value);

/** Presses that are a call for help; of others it is not known what they are for. An empty action follows each. */
const calls: ReadonlySet<string> = new Set(['emergency', 'panic', 'sos', 'help', 'fire', 'medical']);
const action: Meaning = (value) =>
  typeof value === 'string' && calls.has(value.toLowerCase()) ? { key: 'sos', value: true } : undefined;

/** Batteries in millivolts, mains in volts: no battery here has more than 60 V, none fewer than 100 mV. */
const volts: Meaning = (value, state) => {
  if (value === null) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  const isBattery = 'battery' in state || 'battery_low' in state;
  if (typeof number !== 'number' || (!isBattery && number < 1_000)) return { key: 'voltage', value };
  return { key: 'battery-voltage', value, unit: number < 100 ? 'V' : 'mV' };
};

/** Air has 300 to 1,100 hPa, and some sensors say kPa. */
const pressure: Meaning = (value) =>
  typeof value === 'number' && value > 0 && value < 200
    ? { key: 'pressure', value, unit: 'kPa' }
    : asItIs('pressure', value);

/** mg/m³ at 25 °C: 24.45 l/mol over 30.03 g/mol. */
const ppmOfFormaldehyde = 0.8142;
const formaldehyde: Meaning = (value) =>
  typeof value === 'number'
    ? { key: 'formaldehyde', value: Number((value * ppmOfFormaldehyde).toPrecision(6)) }
    : asItIs('formaldehyde', value);

const lock: Meaning = (value) => {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'lock' || word === 'locked') return { key: 'locked', value: true };
  return word === '' ? undefined : { key: 'locked', value: false };
};

/** ON and OFF of a plug, a lamp, a siren; LOCK and UNLOCK of a lock; what a cover says is nobody's business here. */
const state: Meaning = (value) => {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word === 'on' || word === 'off') return { key: 'appliance-on', value: word === 'on' };
  return word === 'lock' || word === 'unlock' ? lock(value, {}) : undefined;
};

const detectors = ['smoke', 'gas', 'carbon_monoxide', 'water_leak'] as const;
/** Of a siren it is the siren; of a detector that says what it found it is the same once more. */
const alarm: Meaning = (value, whole) =>
  detectors.some((key) => key in whole) ? undefined : asItIs('siren-on', value);

/** Lux stands in the one, what the sensor measured in the other, in versions before 2. */
const illuminance: Meaning = (value, whole) =>
  'illuminance_lux' in whole ? undefined : asItIs('illuminance', value);

/** Users of locks, and their codes. */
export const ofPersons: ReadonlySet<string> = new Set([
  'action_user',
  'action_source_user',
  'action_code',
  'pin_code',
  'user',
  'user_enabled',
  'user_type',
  'users',
  'last_unlock_user',
  'last_lock_user',
  'last_used_pin_code',
]);

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['contact', doorOpen],
  ['action', action],
  ['voltage', volts],
  ['pressure', pressure],
  ['formaldehyd', formaldehyde],
  ['formaldehyde', formaldehyde],
  ['hcho', formaldehyde],
  ['lock_state', lock],
  ['state', state],
  ['alarm', alarm],
  ['illuminance', illuminance],
  ['illuminance_lux', named('illuminance')],
  ['ambient_light', named('illuminance')],
  ['presence', named('occupancy')],
  ...places.map((key): readonly [string, Meaning] => [key, placed(key)]),
  ['temperature_f', fahrenheit],
  ['local_temperature_f', fahrenheit],
  ['device_temperature', named('device-temperature')],
  ['cpu_temperature', named('device-temperature')],
  ['device_intenal_temperature', named('device-temperature')],
  ['local_temperature_internal', named('device-temperature')],
  ['internalTemperature', named('device-temperature')],
  ['outdoor_temperature', named('outdoor-temperature')],
  ['outdoor_air_temperature', named('outdoor-temperature')],
  ['probe_temperature', named('probe-temperature')],
  ['temperature_probe', named('probe-temperature')],
  ['external_temperature', named('probe-temperature')],
  ['external_temperature_input', named('probe-temperature')],
  ['ntc_temperature', named('probe-temperature')],
  ['temperature_sensor', named('probe-temperature')],
  ['floor_temperature', named('probe-temperature')],
  ['local_temperature_floor', named('probe-temperature')],
  ['cable_sensor_temperature', named('probe-temperature')],
  ['high_temperature', heat],
  ['power', named('active-power')],
  ['ac_connected', named('power')],
  ['smoke_state', alarming('smoke')],
  ['smoke_level', named('smoke-density')],
  ['smoke_value', named('smoke-density')],
  ['smoke_density_dbm', density],
  ['gas', gas],
  ['gas_state', alarming('gas')],
  ['gas_sensor_state', alarming('gas')],
  ['gas_density', named('gas-concentration')],
  ['co_state', alarming('co-alarm')],
  ['co_ppm', named('co')],
  ['carbon_monoxide_value', named('co')],
  ['water_leak', named('water-leak')],
  ['active_water_leak', named('water-leak')],
  ['water_leakage_state', wordsOf('water-leak', { yes: ['water_leakage_yes'], no: ['water_leakage_no'] })],
  ['vibration', vibration],
  ['sos_alarm', named('sos')],
  ['fall_status', wordsOf('fall', { yes: ['fall_warning', 'fall_alarm'], no: calm })],
  ['fall_down_status', wordsOf('fall', { yes: ['maybe_fall', 'fall'], no: calm })],
  ['presence_state', presenceState],
  ['motion_state', presenceState],
  ['human_motion_state', presenceState],
  ['occupancy_status', named('occupancy')],
  ['motion_status', named('motion')],
  ['garage_door_contact', doorOpen],
  ['door_state', doorState],
  ['opening_state', doorState],
  ['carbon_monoxide', named('co-alarm')],
  ['co', named('co')],
  ['self_test', named('test')],
  ['selftest', named('test')],
  // Of the radio and of the software; and who opened a lock, by which code, is nobody's here.
  ...[
    'last_seen',
    'elapsed',
    'device',
    'update',
    'update_available',
    'action_source',
    'action_source_name',
    'action_zone',
    'action_transaction',
    'last_unlock_source',
    'last_lock_source',
    ...ofPersons,
  ].map((key): readonly [string, Meaning] => [key, nothing]),
]);
