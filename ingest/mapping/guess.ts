import { DateTime } from 'luxon';
import { codecMeaning } from '#ingest/dialects/lorawan.ts';
import { wordAsBoolean, wordAsNumber } from '#ingest/dialects/words.ts';
import { kebab, propertyName } from '#ingest/names.ts';
import { canConvert } from '#ingest/unit-table.ts';
import { type PropertyDefinition, propertyCatalogue } from '#model/catalogue.ts';
import type { MappingTime, MappingValue } from '#model/mapping.ts';

type Scalar = string | number | boolean;

const wordsFor = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const addressNames = wordsFor(
  'dev-eui deveui imei sn serial serial-no serial-number device-id dev-id device-sn mac mac-address device-code device-no terminal-id node-id sensor-id uid uuid device device-name id addr address code',
);
const timeNames = wordsFor(
  'ts time timestamp time-stamp time-stamps date datetime date-time at when created-at report-time collect-time device-time event-time utc utc-time measured-at occur-time sample-time t',
);
const numberNames = wordsFor(
  'seq sequence msg-id message-id packet-id fcnt f-cnt frame-count counter-id event-id',
);
const presenceNames = wordsFor('online state status connection connected link');
const pastNames = wordsFor('history is-history replay retransmit buffered is-buffered stored resend cached');
const nameNames = wordsFor('device-name name alias label friendly-name');
const modelNames = wordsFor('model model-id product device-model device-type');

export const mayBe = {
  address: (key: string, value: Scalar): boolean =>
    addressNames.has(kebab(key)) &&
    (typeof value === 'string' ? value.trim() !== '' && value.length <= 128 : Number.isSafeInteger(value)),
  number: (key: string, value: Scalar): boolean => numberNames.has(kebab(key)) && typeof value !== 'boolean',
  presence: (key: string, value: Scalar): boolean =>
    presenceNames.has(kebab(key)) && /^(online|offline)$/i.test(String(value)),
  past: (key: string, value: Scalar): boolean =>
    pastNames.has(kebab(key)) && (typeof value === 'boolean' || value === 0 || value === 1),
  name: (key: string, value: Scalar): boolean => nameNames.has(kebab(key)) && typeof value === 'string',
  model: (key: string, value: Scalar): boolean => modelNames.has(kebab(key)) && typeof value === 'string',
};

/** The better of two names for an address: `imei` before `id`. */
export const addressRank = (key: string): number => [...addressNames].indexOf(kebab(key));

const patterns = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy/MM/dd HH:mm:ss',
  'dd/MM/yyyy HH:mm:ss',
  'MM/dd/yyyy HH:mm:ss',
  'dd.MM.yyyy HH:mm:ss',
  'dd-MM-yyyy HH:mm:ss',
  'yyyyMMddHHmmss',
  'yyyy-MM-dd HH:mm',
  'M/d/yyyy h:mm:ss a',
] as const;

/** How a time of that name is written; undefined: it is none. */
export function guessTime(key: string, value: Scalar): MappingTime['as'] | undefined {
  if (!timeNames.has(kebab(key))) return undefined;
  const number = typeof value === 'string' ? wordAsNumber(value) : value;
  // 2001 and later, in each of the units; a text of 14 digits is a date.
  if (typeof number === 'number' && !/^20\d{12}$/.test(String(value).trim())) {
    const units = [
      ['ns', 1e18],
      ['us', 1e15],
      ['ms', 1e12],
      ['s', 1e9],
    ] as const;
    return units.find(([, least]) => number >= least)?.[0];
  }
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim();
  if (/^\d{4}-\d\d-\d\dT/.test(text) && DateTime.fromISO(text).isValid) return 'iso';
  return patterns.find((pattern) => DateTime.fromFormat(text, pattern, { locale: 'en-US' }).isValid);
}

const ofLabels: ReadonlyMap<string, string> = new Map(
  [...propertyCatalogue.values()].flatMap(({ label, name }) =>
    label.zh === undefined ? [] : [[label.zh, name] as const],
  ),
);

/** What ends a name and says the unit: `temp_f`, `pressureKpa`. */
const suffixes: ReadonlyMap<string, string> = new Map([
  ['c', 'Cel'],
  ['celsius', 'Cel'],
  ['f', '[degF]'],
  ['fahrenheit', '[degF]'],
  ['k', 'K'],
  ['mv', 'mV'],
  ['v', 'V'],
  ['ma', 'mA'],
  ['w', 'W'],
  ['kw', 'kW'],
  ['wh', 'Wh'],
  ['kwh', 'kWh'],
  ['pa', 'Pa'],
  ['hpa', 'hPa'],
  ['kpa', 'kPa'],
  ['bar', 'bar'],
  ['ppm', 'ppm'],
  ['ppb', 'ppb'],
  ['lux', 'lx'],
  ['m', 'm'],
  ['cm', 'cm'],
  ['mm', 'mm'],
  ['ft', '[ft_i]'],
  ['pct', '%'],
  ['percent', '%'],
  ['bpm', '/min'],
]);

/** What a member of that name may mean, by its name in the words of the catalogue, of codecs, or in Chinese, and by its value. */
export function guessValue(key: string, value: Scalar): Omit<MappingValue, 'at'> | undefined {
  const { definition, unit } = named(key);
  if (definition === undefined || propertyName(key).isPersonal) return ofCodec(key, value);
  const guess = { property: definition.name, ...(unit === undefined ? {} : { unit }) };
  return fitted(guess, definition, value) ?? ofCodec(key, value);
}

/** Short names that makes use, and Chinese ones that are no labels of the catalogue. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['t', 'temperature'],
  ['h', 'humidity'],
  ['p', 'pressure'],
  ['湿度', 'humidity'],
  ['气压', 'pressure'],
  ['光照', 'illuminance'],
  ['电量', 'battery'],
  ['烟感', 'smoke'],
  ['烟雾报警', 'smoke'],
  ['门磁', 'door-open'],
  ['门开启', 'door-open'],
  ['有人', 'occupancy'],
  ['已上锁', 'locked'],
  ['阀门开启', 'valve-open'],
  ['在床', 'bed-occupied'],
  ['链路质量', 'link-quality'],
  ['水浸', 'water-leak'],
  ['燃气', 'gas'],
  ['求助', 'sos'],
  ['心率', 'heart-rate'],
  ['血氧', 'spo2'],
  ['体温', 'body-temperature'],
]);

/** Said beside a name, without another meaning. */
const beside = /^(?:is|has|cur|current|now)-|-(?:bool|status|state|flag|value|val|reading|alarm|detected)$/g;

function named(key: string): { readonly definition: PropertyDefinition | undefined; readonly unit?: string } {
  const plain = kebab(key);
  const known =
    propertyName(key).definition ?? byOtherName(plain) ?? byOtherName(plain.replaceAll(beside, ''));
  if (known !== undefined) return { definition: known };
  // `tempc`: a unit's letter without anything between.
  const parted = plain.replace(/^(temp|temperature)([cf])$/, '$1-$2');
  const at = parted.lastIndexOf('-');
  const name = parted.slice(0, Math.max(at, 0));
  const end = parted.slice(at + 1);
  const unit = suffixes.get(end);
  const definition = propertyName(name).definition;
  if (definition === undefined || unit === undefined || definition.unit === null)
    return { definition: undefined };
  return canConvert(unit, definition.unit) ? { definition, unit } : { definition: undefined };
}

const byOtherName = (name: string): PropertyDefinition | undefined =>
  propertyName(name).definition ?? propertyCatalogue.get(ofLabels.get(name) ?? shortNames.get(name) ?? '');

function ofCodec(key: string, value: Scalar): Omit<MappingValue, 'at'> | undefined {
  const finding = codecMeaning(key, value);
  const definition = finding && propertyCatalogue.get(finding.key);
  if (finding === undefined || definition === undefined) return undefined;
  const unit = finding.unit === undefined ? {} : { unit: finding.unit };
  const means = finding.value;
  if (typeof value === 'string' && typeof means === 'boolean')
    return { property: definition.name, words: wordsOf(value, means) };
  return fitted({ property: definition.name, ...unit }, definition, value);
}

const opposites = [
  ['open', 'closed'],
  ['open', 'close'],
  ['opened', 'closed'],
  ['alarm', 'normal'],
  ['leak', 'normal'],
  ['occupied', 'vacant'],
  ['trigger', 'idle'],
  ['on', 'off'],
  ['fire', 'normal'],
  ['removed', 'installed'],
  ['locked', 'unlocked'],
] as const;

/** The word that was seen, and the usual other one. */
function wordsOf(word: string, means: boolean): Record<string, boolean> {
  const plain = word.trim().toLowerCase();
  const pair = opposites.find((both) => (both as readonly string[]).includes(plain));
  const other = pair?.find((each) => each !== plain);
  return { [plain]: means, ...(other === undefined ? {} : { [other]: !means }) };
}

/** With what turns such a value into one of the catalogue; undefined: nothing does. */
function fitted(
  guess: { readonly property: string; readonly unit?: string },
  definition: PropertyDefinition,
  value: Scalar,
): Omit<MappingValue, 'at'> | undefined {
  const number = typeof value === 'string' ? wordAsNumber(value) : value;
  if (definition.type === 'boolean') {
    if (typeof value === 'boolean' || number === 0 || number === 1) return guess;
    const means = typeof value === 'string' ? wordAsBoolean(value) : undefined;
    if (means !== undefined) return guess;
    return typeof number === 'number' && definition.also === 'number' ? guess : undefined;
  }
  if (definition.type === 'text') return typeof value === 'string' ? guess : undefined;
  if (typeof number !== 'number')
    return typeof value === 'boolean' && definition.also === 'boolean' ? guess : undefined;
  return { ...guess, ...scaled(definition, number, guess.unit) };
}

type Scale = Pick<MappingValue, 'unit' | 'factor' | 'property'>;

/** By what is usual of a property: air has no 225 °C, a battery no 3,000 %, and the sea level has 1,013 hPa. The first that fits. */
const scales: readonly {
  readonly of: string;
  readonly above: number;
  readonly below: number;
  /** Of whole numbers alone, or of others alone. */
  readonly isWhole?: boolean;
  readonly is: Scale;
}[] = [
  { of: 'temperature', above: 90, below: 1_000, isWhole: true, is: { factor: 0.1 } },
  { of: 'temperature', above: 999, below: 9_000, isWhole: true, is: { factor: 0.01 } },
  { of: 'humidity', above: 100, below: 1_001, is: { factor: 0.1 } },
  { of: 'humidity', above: 1_000, below: 10_001, is: { factor: 0.01 } },
  { of: 'body-temperature', above: 90, below: 115, is: { unit: '[degF]' } },
  { of: 'body-temperature', above: 300, below: 450, isWhole: true, is: { factor: 0.1 } },
  { of: 'pressure', above: 20_000, below: 200_000, is: { unit: 'Pa' } },
  { of: 'pressure', above: 20, below: 200, is: { unit: 'kPa' } },
  { of: 'battery', above: 1_500, below: 13_000, is: { property: 'battery-voltage', unit: 'mV' } },
  { of: 'battery', above: 1.5, below: 6, isWhole: false, is: { property: 'battery-voltage' } },
  { of: 'battery', above: 0, below: 1, isWhole: false, is: { factor: 100 } },
  { of: 'battery-voltage', above: 100, below: 100_000, is: { unit: 'mV' } },
  { of: 'latitude', above: 180, below: 1e10, isWhole: true, is: { factor: 1e-7 } },
  { of: 'longitude', above: 180, below: 1e10, isWhole: true, is: { factor: 1e-7 } },
];

function scaled({ name }: PropertyDefinition, number: number, unit: string | undefined): Scale {
  if (unit !== undefined) return {};
  const size = Math.abs(number);
  const found = scales.find(
    ({ above, below, isWhole, of }) =>
      of === name &&
      size > above &&
      size < below &&
      (isWhole === undefined || isWhole === Number.isInteger(number)),
  );
  return found?.is ?? {};
}
