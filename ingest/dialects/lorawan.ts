import { type Draft, type GivenTime, isObject, type JsonObject } from '#ingest/dialects/dialect.ts';

/** What a codec of a LoRaWAN network server made of an uplink, and what is known of who sent it. */
export interface Decoded {
  /** `object` of ChirpStack, `decoded_payload` of The Things Stack. */
  readonly object: JsonObject;
  /** Make and model, in words of the server: a profile's name, a brand and a model. */
  readonly model: string;
}

type Meaning = (value: unknown) => Finding | undefined;
/** What a name of a codec and its value mean here. */
export interface Finding {
  readonly key: string;
  readonly value: unknown;
  readonly unit?: string;
}

const deepest = 3;
const mostOld = 200;

/**
 * Says what codecs of LoRaWAN devices decode (Milesight SensorDecoders; TheThingsNetwork/lorawan-devices): names in any
 * case, words for states, units within texts or beside values, older readings in `history`. A name that means different things
 * of different makes (`status`) is read by the model alone.
 */
export function sayDecoded({ model, object }: Decoded, time: GivenTime, device: Draft): void {
  const own = models.find(({ is }) => is.test(model))?.meanings;
  sayAll(object, device.moment(time), { device, own, depth: 0 });
  const { history } = object;
  if (!Array.isArray(history)) return;
  for (const entry of history.slice(0, mostOld)) {
    if (!isObject(entry)) continue;
    const { timestamp, ...values } = entry;
    if (typeof timestamp !== 'number') continue;
    const moment = device.moment({ kind: 'stamp', stamp: timestamp * 1_000 }, { isPast: true });
    sayAll(values, moment, { device, own, depth: 0 });
  }
}

interface Saying {
  readonly device: Draft;
  readonly own: ReadonlyMap<string, Meaning> | undefined;
  readonly depth: number;
  /** Of what lies in an object: the names above it. */
  readonly path?: string;
}

function sayAll(object: JsonObject, moment: number, saying: Saying): void {
  for (const name in object) {
    if (saying.depth === 0 && name === 'history') continue;
    sayOne(saying.path === undefined ? name : `${saying.path}.${name}`, object[name], moment, saying);
  }
}

function sayOne(name: string, value: unknown, moment: number, saying: Saying): void {
  if (isObject(value)) {
    // {"displayName":"Battery voltage","unit":"V","value":3.168}
    if ('value' in value && !isObject(value['value']))
      tell(withUnit(name, value['value'], value['unit'], saying.own), moment, saying.device);
    else if (saying.depth < deepest)
      sayAll(value, moment, { ...saying, depth: saying.depth + 1, path: name });
    return;
  }
  tell(meaningOf(name, saying.own)(value), moment, saying.device);
}

function tell(finding: Finding | undefined, moment: number, device: Draft): void {
  if (finding === undefined) return;
  const { key, unit, value } = typeof finding.value === 'string' ? measured(finding) : finding;
  device.say(moment, key, value, { unit, isLoose: true });
}

function withUnit(
  name: string,
  value: unknown,
  unit: unknown,
  own: ReadonlyMap<string, Meaning> | undefined,
): Finding | undefined {
  const finding = meaningOf(name, own)(value);
  const known = typeof unit === 'string' ? unitOf(unit) : undefined;
  return finding === undefined || known === undefined ? finding : { ...finding, unit: known };
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9.]/g, '');

function meaningOf(name: string, own: ReadonlyMap<string, Meaning> | undefined): Meaning {
  const word = plain(name);
  return own?.get(word) ?? meanings.get(word) ?? ((value) => asItIs(name, value));
}

/** What a value of that name means in the words of codecs; undefined: none of them has the name, or the value says nothing. */
export const codecMeaning = (name: string, value: unknown): Finding | undefined =>
  meanings.get(plain(name))?.(value);

const asItIs = (key: string, value: unknown): Finding | undefined =>
  value === null || value === undefined ? undefined : { key, value };

const named =
  (key: string, unit?: string): Meaning =>
  (value) =>
    value === null || value === undefined
      ? undefined
      : { key, value, ...(unit === undefined ? {} : { unit }) };

const nothing: Meaning = () => undefined;

/** Yes for these words, no for those; numbers and booleans are what they are; other words say nothing. */
const when =
  (key: string, yes: readonly string[], no: readonly string[]): Meaning =>
  (value) => {
    if (typeof value === 'boolean') return { key, value };
    if (typeof value === 'number')
      return value === 0 || value === 1 ? { key, value: value === 1 } : undefined;
    const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
    if (yes.includes(word)) return { key, value: true };
    return no.includes(word) ? { key, value: false } : undefined;
  };

/** "25 ℃", "2.3(low battery)", "76%". */
function measured(finding: Finding): Finding {
  const match = /^\s*([+-]?\d+(?:\.\d+)?)\s*([^\d\s(]{0,5})/.exec(String(finding.value));
  const [, number, unit = ''] = match ?? [];
  if (number === undefined || (unit !== '' && unitOf(unit) === undefined)) return finding;
  const said = unit === '' ? finding.unit : unitOf(unit);
  return { key: finding.key, value: Number(number), ...(said === undefined ? {} : { unit: said }) };
}

const units: ReadonlyMap<string, string> = new Map([
  ['℃', 'Cel'],
  ['°c', 'Cel'],
  ['c', 'Cel'],
  ['°f', '[degF]'],
  ['℉', '[degF]'],
  ['%', '%'],
  ['%rh', '%'],
  ['v', 'V'],
  ['mv', 'mV'],
  ['ppm', 'ppm'],
  ['ppb', 'ppb'],
  ['pa', 'Pa'],
  ['hpa', 'hPa'],
  ['kpa', 'kPa'],
  ['mbar', 'hPa'],
  ['lx', 'lx'],
  ['lux', 'lx'],
  ['dbm', 'dBm'],
  ['w', 'W'],
  ['kw', 'kW'],
  ['kwh', 'kWh'],
  ['wh', 'Wh'],
  ['a', 'A'],
  ['ma', 'mA'],
  ['°', 'deg'],
  ['m', 'm'],
  ['mm', 'mm'],
  ['cm', 'cm'],
]);
const unitOf = (text: string): string | undefined => units.get(text.trim().toLowerCase());

/** Percent; some makes say volts by the same name, others whether it is low. No battery here has 6 %, and 3.6 V. */
const battery: Meaning = (value) => {
  if (typeof value === 'boolean') return { key: 'battery-low', value };
  if (typeof value === 'number' && value > 0 && value < 6 && !Number.isInteger(value))
    return { key: 'battery-voltage', value };
  return asItIs('battery', value);
};

/** Volts, or millivolts where no battery has as many volts. */
const batteryVolts: Meaning = (value) => ({
  key: 'battery-voltage',
  value,
  unit: typeof value === 'number' && value > 100 ? 'mV' : 'V',
});

/** Air has 300 to 1,100 hPa: more is pascal, less kilopascal. */
const pressure: Meaning = (value) => {
  if (typeof value !== 'number') return asItIs('pressure', value);
  if (value > 20_000) return { key: 'pressure', value, unit: 'Pa' };
  return { key: 'pressure', value, unit: value > 20 && value < 200 ? 'kPa' : 'hPa' };
};

/** An SOS button, unless somebody claimed it as another: any press. */
const press: Meaning = (value) =>
  typeof value === 'string' && value !== '' && value !== 'none' ? { key: 'sos', value: true } : undefined;

const open = when('door-open', ['open', 'opened', 'on'], ['close', 'closed', 'off']);
const leak = when(
  'water-leak',
  ['leak', 'leakage', 'leakage detected', 'alarm'],
  ['normal', 'no leak', 'noleak', 'no leakage'],
);
const motion = when(
  'motion',
  ['trigger', 'triggered', 'motion', 'occupied', 'detected'],
  ['idle', 'normal', 'no motion', 'vacant'],
);
const occupied = when(
  'occupancy',
  ['occupied', 'present', 'yes', 'someone'],
  ['vacant', 'idle', 'no', 'nobody'],
);
const tampered = when(
  'tamper',
  ['removed', 'uninstalled', 'not installed', 'no', 'tamper', 'alarm', 'triggered'],
  ['installed', 'yes', 'normal'],
);

/** `smoke alarm with normal battery`, `silent`, `testing`, `removed`: one text for what a detector of Milesight does. */
const smokeEvent: Meaning = (value) => {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word.includes('test')) return { key: 'test', value: true };
  if (word.includes('silent') || word.includes('mute')) return { key: 'alarm-muted', value: true };
  if (word.includes('removed')) return { key: 'tamper', value: true };
  if (word.includes('smoke alarm'))
    return { key: 'smoke', value: !/released|resolved|dismiss|clear/.test(word) };
  if (word.includes('low battery')) return { key: 'battery-low', value: true };
  return word.includes('normal') || word.includes('heartbeat') ? { key: 'smoke', value: false } : undefined;
};

const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['battery', battery],
  ['bat', battery],
  ['batt', battery],
  ['batterylevel', battery],
  ['batv', batteryVolts],
  ['volt', batteryVolts],
  ['vbat', batteryVolts],
  ['batteryvol', batteryVolts],
  ['batteryvoltage', batteryVolts],
  ['disposablebatteryvoltage', batteryVolts],
  ['lowbattery', named('battery-low')],
  ['event', smokeEvent],
  ['concentration', named('smoke-density')],
  ['smokestatus', when('smoke', ['alarm', 'smoke', 'fire'], ['normal', 'clear'])],
  ['smokealarm', when('smoke', ['alarm'], ['normal', 'noalarm'])],
  ['smoke', when('smoke', ['alarm', 'fire'], ['normal'])],
  ['fire', when('heat', ['alarm', 'fire'], ['normal'])],
  ['gasstatus', when('gas', ['alarm', 'petrol', 'trigger'], ['normal'])],
  ['gas', when('gas', ['alarm'], ['normal'])],
  ['buttonevent.status', press],
  ['sosflag', when('sos', [], [])],
  ['press', press],
  ['door', open],
  ['magnetstatus', open],
  ['doorstatus', open],
  ['dooropenstatus', open],
  ['contact', open],
  ['water', leak],
  ['waterleak', leak],
  ['leakagestatus', leak],
  ['waterstatus', leak],
  ['waterleakstatus', leak],
  ['leak', when('water-leak', ['y', 'leak', 'alarm'], ['n', 'normal', 'noleak'])],
  ['pir', motion],
  ['pirstatus', motion],
  ['occupancy', occupied],
  ['occupancystatus', occupied],
  ['occupied', occupied],
  ['install', tampered],
  ['tamperstatus', tampered],
  ['shocktamperalarm', tampered],
  ['temperature', named('temperature')],
  ['temp', named('temperature')],
  ['tem', named('temperature')],
  ['airtemperature', named('temperature')],
  ['ambienttemperature', named('temperature')],
  ['ambienttemp', named('temperature')],
  ['sensortemperature', named('temperature')],
  ['tempcsht', named('temperature')],
  // Of the board, the water, the soil: not what a room has.
  ['temperatureboard', nothing],
  ['humidity', named('humidity')],
  ['humi', named('humidity')],
  ['hum', named('humidity')],
  ['humsht', named('humidity')],
  ['airhumidity', named('humidity')],
  ['relativehumidity', named('humidity')],
  ['pressure', pressure],
  ['barometricpressure', pressure],
  ['light', (value) => (typeof value === 'number' ? { key: 'illuminance', value } : undefined)],
  ['lux', named('illuminance')],
  ['illumination', named('illuminance')],
  ['illuminance', named('illuminance')],
  ['co2', named('co2')],
  ['eco2', named('eco2')],
  ['tvoc', named('voc')],
  ['hcho', nothing],
  ['pm25', named('pm2-5')],
  ['pm10', named('pm10')],
  ['activepower', named('active-power')],
  ['serial', nothing],
  ['sn', nothing],
]);

/** Names that mean something else of one make. */
const models: readonly { readonly is: RegExp; readonly meanings: ReadonlyMap<string, Meaning> }[] = [
  { is: /tbpb100|panic button/i, meanings: new Map([['status', bit(0, 'sos')]]) },
  { is: /tbdw100|door.?window/i, meanings: new Map([['status', bit(0, 'door-open')]]) },
  { is: /tbms100|motion sensor/i, meanings: new Map([['status', bit(0, 'motion')]]) },
  { is: /tbwl100|water leak/i, meanings: new Map([['status', bit(0, 'water-leak')]]) },
  // Trackers that somebody carries, and buttons for emergencies: of other makes an alarm is a limit that was passed.
  { is: /lgt-?92|trackerd/i, meanings: new Map([['alarmstatus', when('sos', ['true'], ['false'])]]) },
  { is: /\b(?:rb02i|r718t)/i, meanings: new Map([['alarm', when('sos', ['on'], ['off'])]]) },
  { is: /\br312/i, meanings: new Map([['doorbell', when('sos', [], [])]]) },
  // Its levels are of a container.
  { is: /df70[0-9]/i, meanings: new Map([['level', nothing]]) },
];

function bit(number: number, key: string): Meaning {
  return (value) =>
    typeof value === 'number' ? { key, value: ((value >> number) & 1) === 1 } : asItIs(key, value);
}
