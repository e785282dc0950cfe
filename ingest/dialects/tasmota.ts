import {
  type Dialect,
  type Draft,
  type GivenTime,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { isoTime } from '#ingest/dialects/iso-time.ts';
import { localTime } from '#ingest/dialects/local-time.ts';
import { sayPowerEcho, tasmotaCommands } from '#ingest/dialects/tasmota-commands.ts';
import { attributeMeaning, sensorMeaning } from '#ingest/dialects/tasmota-meanings.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Tasmota (tasmota.github.io/docs: MQTT, JSON-Status-Responses, Zigbee). A device says at `tele/NAME/…` and `stat/NAME/…`, or the other
 * way round (`FullTopic`). Times are local and without zone, units of temperature and pressure stand beside. Zigbee, LoRa and
 * Bluetooth bridges carry devices of their own.
 */
export const tasmota: Dialect = {
  id: 'tasmota',
  topics: { usual: '#' },
  read(message: Heard, draft: MessageDraft): void {
    const where = placeOf(message.below);
    if (where === undefined)
      draft.refuse('unknown-topic', 'Tasmota says tele/NAME/…, stat/NAME/… and no other');
    else if (where.prefix === 'cmnd') draft.pass();
    else (readers.get(where.what) ?? readOther)(message, where, draft);
  },
  withoutPersons(message: Heard): Uint8Array | null {
    const { json, text } = message;
    if (json.ok && isObject(json.value)) return Buffer.from(JSON.stringify(impersonal(json.value)));
    // What is broken may still hold them; a bare word does not.
    return /^\w{0,16}$/.test(text) ? message.payload : null;
  },
  commands: tasmotaCommands,
};

const secret = /passw|key|ssid|user|host/i;
/** Sensors and states, without who was there and without what a device is set to. */
const impersonal = (said: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(said)
      .filter(([key]) => !personal.has(key) && !secret.test(key))
      .map(([key, value]) => [
        key,
        isObject(value) && /^Status(?:SNS|STS)$/.test(key) ? impersonal(value) : value,
      ]),
  );

/** Cards that were read, phones that passed, codes of somebody's remote control. */
export const personal: ReadonlySet<string> = new Set([
  'RC522',
  'PN532',
  'RDM6300',
  'Wiegand',
  'IBEACON',
  'RfReceived',
  'IrReceived',
  'SerialReceived',
]);

interface Place {
  readonly prefix: 'tele' | 'stat' | 'cmnd';
  /** Of the device, with its levels. */
  readonly name: string;
  /** The last level. */
  readonly what: string;
}

function placeOf(levels: readonly string[]): Place | undefined {
  const last = levels.length - 1;
  for (const at of [0, last - 1, 1]) {
    const prefix = levels[at];
    if ((prefix !== 'tele' && prefix !== 'stat' && prefix !== 'cmnd') || at >= last) continue;
    const name = levels.filter((_, index) => index !== at && index !== last).join('/');
    return name === '' ? undefined : { prefix, name, what: levels[last] ?? '' };
  }
  // Its description of itself for Home Assistant.
  return levels.includes('discovery') ? { prefix: 'cmnd', name: '', what: '' } : undefined;
}

type Reader = (message: Heard, place: Place, draft: MessageDraft) => void;

/** What it answers to commands may be anything, its passwords included; nothing of it is kept. */
function readOther({ text }: Heard, { name, what }: Place, draft: MessageDraft): void {
  const channel = /^POWER(\d{0,2})$/.exec(what)?.[1];
  if (channel === undefined || (text !== 'ON' && text !== 'OFF')) {
    draft.pass();
    return;
  }
  const device = draft.of(name, { name });
  sayPower(channel, text === 'ON', device.moment({ kind: 'none' }), device);
}

const objectOf = (message: Heard, draft: MessageDraft): JsonObject | undefined => {
  const { json } = message;
  if (json.ok && isObject(json.value)) return json.value;
  if (message.isEmpty) draft.pass();
  else draft.refuse('malformed', json.ok ? 'an object is said there' : json.detail);
  return undefined;
};

function readPresence(message: Heard, { name }: Place, draft: MessageDraft): void {
  const { text } = message;
  if (text === 'Online' || text === 'Offline') draft.of(name, { name }).online(text === 'Online');
  else if (message.isEmpty) draft.pass();
  else draft.refuse('malformed', 'LWT is Online or Offline');
}

/** `RESULT` is what came of a command, a press, or a message of somebody whom it carries. */
const readResult: Reader = (message, place, draft) => {
  const said = objectOf(message, draft);
  if (said === undefined) return;
  draft.pass();
  readCarried(said, place, draft);
  const power = Object.keys(said).filter((key) => /^POWER\d{0,2}$/.test(key));
  const presses = Object.keys(said).filter((key) => /^Button\d{1,2}$/.test(key));
  if (power.length + presses.length === 0) return;
  const device = draft.of(place.name, { name: place.name });
  const moment = device.moment(timeOf(said['Time'], message));
  for (const key of power) sayPower(key.slice('POWER'.length), said[key], moment, device);
  for (const key of presses) {
    const press = said[key];
    // Of a button that somebody has claimed as one for help.
    if (isObject(press) && typeof press['Action'] === 'string' && press['Action'] !== 'CLEAR')
      device.say(moment, 'sos', true, { onlyOf: 'sos-button' });
  }
};

const readState: Reader = (message, { name }, draft) => {
  const said = objectOf(message, draft);
  if (said !== undefined)
    sayState(isObject(said['StatusSTS']) ? said['StatusSTS'] : said, name, message, draft);
};

function sayState(said: JsonObject, name: string, message: Heard, draft: MessageDraft): void {
  const device = draft.of(name, { name });
  const moment = device.moment(timeOf(said['Time'], message));
  for (const key in said)
    if (/^POWER\d{0,2}$/.test(key)) sayPower(key.slice('POWER'.length), said[key], moment, device);
  if (typeof said['UptimeSec'] === 'number') device.say(moment, 'uptime', said['UptimeSec']);
  const wifi = said['Wifi'];
  // Its RSSI is a quality from 0 to 100.
  if (isObject(wifi) && typeof wifi['Signal'] === 'number') device.say(moment, 'rssi', wifi['Signal']);
  draft.pass();
}

/** The first is the device's; others are told apart by their number. */
function sayPower(channel: string, value: unknown, moment: number, device: Draft): void {
  const isOn = value === 'ON' || value === 1 || value === true;
  if (!isOn && value !== 'OFF' && value !== 0 && value !== false) return;
  sayPowerEcho(channel, isOn, device);
  device.say(moment, channel === '' || channel === '1' ? 'appliance-on' : `appliance-on-${channel}`, isOn);
}

const readSensor: Reader = (message, place, draft) => {
  const said = objectOf(message, draft);
  if (said === undefined) return;
  const inner = said['StatusSNS'];
  saySensors(isObject(inner) ? inner : said, message, { place, draft });
};

interface Where {
  readonly place: Place;
  readonly draft: MessageDraft;
}

function saySensors(said: JsonObject, message: Heard, { draft, place }: Where): void {
  draft.pass();
  readCarried(said, place, draft);
  const time = timeOf(said['Time'], message);
  const units = unitsIn(said);
  const several = measuredTwice(said);
  const device = draft.of(place.name, { name: place.name });
  const own = device.moment(time);
  for (const key in said) {
    const value = said[key];
    const address = isObject(value) ? addressOf(key, value, several) : undefined;
    if (!isObject(value)) saySwitch(key, value, own, device);
    else if (personal.has(key)) sayCard(key, value, own, device);
    else if (address !== undefined) {
      const sensor = draft.of(`${place.name}/${address}`, { name: `${place.name} ${key}` });
      sayValues('', value, sensor.moment(time), { device: sensor, units });
    } else if (!carriers.has(key)) sayValues(key, value, own, { device, units });
  }
}

function saySwitch(key: string, value: unknown, moment: number, device: Draft): void {
  if (/^Switch\d{1,2}$/.test(key) && (value === 'ON' || value === 'OFF'))
    device.say(moment, key, value === 'ON');
}

function sayValues(
  sensor: string,
  values: JsonObject,
  moment: number,
  { device, units }: { readonly device: Draft; readonly units: ReadonlyMap<string, string> },
): void {
  for (const name in values) tell(sensorMeaning(sensor, name, values[name], units), moment, device);
}

/**
 * A sensor with a number of its own is a device behind this one: over Bluetooth (three bytes of its address stand behind its
 * name), or on a bus of several, where its place in the row changes when another one fails.
 */
function addressOf(key: string, value: JsonObject, several: ReadonlySet<string>): string | undefined {
  if (/-[0-9a-f]{6}$/.test(key)) return key;
  const id = value['Id'];
  if (typeof id === 'string' && /^[0-9A-F]{8,16}$/.test(id) && several.has(key)) return id;
  return several.has(key) ? key : undefined;
}

/** Sensors that measure what another one measures, too. */
function measuredTwice(said: JsonObject): ReadonlySet<string> {
  const by = new Map<string, string[]>();
  for (const key in said) {
    const value = said[key];
    if (!isObject(value) || carriers.has(key) || key === 'ESP32') continue;
    for (const name in value)
      if (typeof value[name] === 'number') by.set(name, [...(by.get(name) ?? []).slice(0, 64), key]);
  }
  return new Set([...by.values()].filter((keys) => keys.length > 1).flat());
}

/** A card at a reader: what it says becomes a pseudonym. A phone that passes is nobody's business. */
function sayCard(key: string, said: JsonObject, moment: number, device: Draft): void {
  const card = said['UID'];
  if (key !== 'IBEACON' && typeof card === 'string' && card !== '') device.say(moment, 'credential', card);
}

const carriers: ReadonlySet<string> = new Set(['ZbReceived', 'LwReceived']);

/** `{"ZbReceived":{"0x5ADF":{…}}}`; short addresses are of one bridge alone. */
function readCarried(said: JsonObject, place: Place, draft: MessageDraft): void {
  for (const carrier of carriers) {
    const devices = said[carrier];
    if (!isObject(devices)) continue;
    for (const key in devices) {
      const attributes = devices[key];
      if (isObject(attributes))
        sayAttributes(attributes, key, place, { draft, isLora: carrier === 'LwReceived' });
    }
  }
}

function sayAttributes(
  said: JsonObject,
  key: string,
  place: Place,
  { draft, isLora }: { readonly draft: MessageDraft; readonly isLora: boolean },
): void {
  const name = textOf(said['Name']) ?? textOf(said['Device']) ?? key;
  const bridge = place.name.split('/')[0] ?? place.name;
  const device = draft.of(`${bridge}/${name.trim()}`, { name: name.trim() });
  const moment = device.moment({ kind: 'none' });
  for (const attribute in said) {
    const value = said[attribute];
    // Numbers of attributes that this firmware has no name for.
    if (/[/<?!+]/.test(attribute)) continue;
    for (const finding of attributeMeaning(attribute, value, isLora)) tell(finding, moment, device);
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

function tell(
  finding: { readonly key: string; readonly value: unknown; readonly unit?: string | undefined } | undefined,
  moment: number,
  device: Draft,
): void {
  if (finding === undefined) return;
  device.say(moment, finding.key, finding.value, { unit: finding.unit, isLoose: true });
}

function unitsIn(said: JsonObject): ReadonlyMap<string, string> {
  const units = new Map<string, string>();
  for (const [key, kind] of [
    ['TempUnit', 'temperature'],
    ['PressureUnit', 'pressure'],
    ['SpeedUnit', 'speed'],
  ] as const) {
    const unit = said[key];
    if (typeof unit === 'string') units.set(kind, unit);
  }
  return units;
}

const formats = ["yyyy-MM-dd'T'HH:mm:ss"];
/** With `SetOption` for a zone it says one; before it knows the time it says 1970. */
const timeOf = (time: unknown, message: Heard): GivenTime =>
  typeof time === 'string' && /(?:Z|[+-]\d\d:?\d\d)$/.test(time)
    ? isoTime(time)
    : localTime(time, formats, message);

const readers: ReadonlyMap<string, Reader> = new Map([
  ['LWT', readPresence],
  ['SENSOR', readSensor],
  ['STATUS8', readSensor],
  ['STATUS10', readSensor],
  ['STATE', readState],
  ['STATUS11', readState],
  ['RESULT', readResult],
]);
