import {
  type Dialect,
  type Draft,
  type GivenTime,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { isoTime } from '#ingest/dialects/iso-time.ts';
import type { Heard } from '#ingest/heard.ts';

/** What a property of a device is here; undefined: the value says nothing that is kept. */
type Meaning = (value: unknown, state: JsonObject) => Finding | undefined;
interface Finding {
  readonly key: string;
  readonly value: unknown;
  readonly unit?: string;
}

/**
 * Zigbee2MQTT (MQTT topics and messages, exposes: www.zigbee2mqtt.io). `BASE/NAME` is the whole state of a device, what
 * changed and what did not; NAME is the friendly name, which may have levels of its own. `last_seen` is when the device
 * was heard, so what is told again from a cache after a start keeps its time.
 */
export const zigbee2mqtt: Dialect = {
  id: 'zigbee2mqtt',
  topics: { usual: 'zigbee2mqtt/#' },
  read(message: Heard, draft: MessageDraft): void {
    const below = message.below.length === message.levels.length ? message.below.slice(1) : message.below;
    const last = below.at(-1) ?? '';
    if (below.length === 0) draft.refuse('unknown-topic', 'no device is named in the topic');
    else if (below[0] === 'bridge') readBridge(below.slice(1), message, draft);
    else if (below.length > 1 && last === 'availability')
      readAvailability(below.slice(0, -1), message, draft);
    // What goes to a device, as everybody with the same filter hears it.
    else if (below.length > 1 && (last === 'set' || last === 'get')) draft.pass();
    else readDevice(below, message, draft);
  },
};

function readBridge(what: readonly string[], message: Heard, draft: MessageDraft): void {
  const isOnline = what.join('/') === 'state' ? stateOf(message) : undefined;
  if (isOnline === undefined) draft.pass();
  else draft.online(isOnline);
}

function readAvailability(name: readonly string[], message: Heard, draft: MessageDraft): void {
  const isOnline = stateOf(message);
  if (isOnline !== undefined) draft.of(name.join('/')).online(isOnline);
  // The device left, and its retained message with it.
  else if (message.isEmpty) draft.pass();
  else draft.refuse('malformed', 'availability is online or offline, bare or as {"state":"online"}');
}

/** `online`, `offline`, or `{"state":"online"}`, as it is said since 2023. */
function stateOf(message: Heard): boolean | undefined {
  const { json } = message;
  const said = json.ok ? json.value : message.text;
  const word = isObject(said) ? said['state'] : said;
  if (word === 'online') return true;
  return word === 'offline' ? false : undefined;
}

function readDevice(name: readonly string[], message: Heard, draft: MessageDraft): void {
  const { json } = message;
  if (message.isEmpty) draft.pass();
  else if (json.ok && isObject(json.value)) readState(json.value, name.join('/'), draft);
  else if (name.length > 1) readAttribute(name, json.ok ? json.value : message.text, draft);
  else draft.refuse('malformed', json.ok ? 'a state is an object' : json.detail);
}

/** `output: attribute` of its settings: each property at a topic of its own, bare. */
function readAttribute(name: readonly string[], value: unknown, draft: MessageDraft): void {
  const key = name.at(-1) ?? '';
  readState({ [key]: value }, name.slice(0, -1).join('/'), draft);
}

function readState(state: JsonObject, name: string, draft: MessageDraft): void {
  const device = draft.of(name, { name });
  const moment = device.moment(timeOf(state['last_seen']));
  let found = 0;
  for (const key in state) {
    const finding = meaningOf(key)(state[key], state);
    if (finding === undefined) continue;
    say(finding, moment, device);
    found += 1;
  }
  // Only what is nothing by itself, such as the empty action behind a press.
  if (found === 0) draft.pass();
}

const say = ({ key, unit, value }: Finding, moment: number, device: Draft): void =>
  device.say(moment, key, value, { unit, isLoose: true });

/** ISO 8601, or milliseconds, as its settings have it. */
const timeOf = (lastSeen: unknown): GivenTime =>
  typeof lastSeen === 'number' && Number.isFinite(lastSeen)
    ? { kind: 'stamp', stamp: lastSeen }
    : isoTime(lastSeen);

const meaningOf = (key: string): Meaning => meanings.get(key) ?? ((value) => asItIs(key, value));

const asItIs = (key: string, value: unknown): Finding | undefined =>
  value === null ? undefined : { key, value };

const named =
  (key: string): Meaning =>
  (value) =>
    asItIs(key, value);

const nothing: Meaning = () => undefined;

/** `contact: true` is closed, as its exposes have it. */
const doorOpen: Meaning = (value) => {
  const isClosed = typeof value === 'string' ? value.toLowerCase() === 'true' : value;
  return typeof isClosed === 'boolean' ? { key: 'door-open', value: !isClosed } : asItIs('door-open', value);
};

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

/** Two probes of one sensor. */
const leak: Meaning = (value, whole) => ({
  key: 'water-leak',
  value: [value, whole['water_leak_alarm_1'], whole['water_leak_alarm_2']].includes(true),
});

/** Lux stands in the one, what the sensor measured in the other, in versions before 2. */
const illuminance: Meaning = (value, whole) =>
  'illuminance_lux' in whole ? undefined : asItIs('illuminance', value);

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
  ['water_leak_alarm_1', leak],
  ['water_leak_alarm_2', leak],
  ['illuminance', illuminance],
  ['illuminance_lux', named('illuminance')],
  ['ambient_light', named('illuminance')],
  ['presence', named('occupancy')],
  ['local_temperature', named('temperature')],
  ['power', named('active-power')],
  ['ac_connected', named('power')],
  ['smoke_state', named('smoke')],
  ['gas_state', named('gas')],
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
    'action_user',
    'action_source',
    'action_source_name',
    'action_source_user',
    'action_code',
    'action_zone',
    'action_transaction',
    'pin_code',
    'user',
    'user_enabled',
    'user_type',
    'users',
    'last_unlock_source',
    'last_unlock_user',
    'last_lock_source',
    'last_lock_user',
    'last_used_pin_code',
  ].map((key): readonly [string, Meaning] => [key, nothing]),
]);
