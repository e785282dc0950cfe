import { wordAsNumber } from '#ingest/dialects/words.ts';
import { Heard } from '#ingest/heard.ts';
import { parseJson, textOf } from '#ingest/json.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { addressRank, guessTime, guessValue, mayBe } from '#ingest/mapping/guess.ts';
import { type Leaf, leavesOf, writtenName } from '#ingest/mapping/leaves.ts';
import { bodyOf } from '#ingest/mapping/payload.ts';
import { kebab } from '#ingest/names.ts';
import type { Mapping, MappingMessage, MappingValue, PayloadFormat } from '#model/mapping.ts';

interface Sample {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const mostValues = 100;

/**
 * A first mapping for samples of a make: by names, units and ranges of what stands in them. It compiles, reads what could be
 * guessed, and is for somebody to look at.
 */
export function suggestMapping(samples: readonly Sample[], id: string): Mapping {
  const format = formatOf(samples);
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${alike(sample.topic)} ${format === 'json' ? outlineOf(sample) : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  const messages = merged([...groups.values()].map((group) => messageOf(group, format))).slice(0, 50);
  const mapping = { id, ...(format === 'json' ? {} : { format }), messages };
  const { faults } = compileMapping(mapping);
  return faults.length === 0
    ? mapping
    : { id, messages: messages.map(({ topic }) => ({ topic, pass: true })) };
}

/** Those that are read in the same way are one, whatever differs in their topics. */
function merged(messages: readonly MappingMessage[]): MappingMessage[] {
  const ways = new Map<string, MappingMessage>();
  for (const message of messages) {
    const { topic, ...rest } = message;
    const levels = topic.split('/');
    const way = JSON.stringify([levels.length, levels.indexOf('{id}'), rest]);
    const before = ways.get(way)?.topic.split('/');
    const common = levels.map((level, index) =>
      before === undefined || before[index] === level ? level : `{level${index + 1}}`,
    );
    ways.set(way, { ...message, topic: common.join('/') });
  }
  return [...ways.values()];
}

function formatOf(samples: readonly Sample[]): PayloadFormat {
  const bodies = samples.filter(({ payload }) => payload.length > 0);
  const isJson = ({ payload }: Sample): boolean => {
    const parsed = parseJson(payload);
    return parsed.ok && typeof parsed.value === 'object';
  };
  if (bodies.length === 0 || bodies.some(isJson)) return 'json';
  const texts = bodies.map(({ payload }) => textOf(payload));
  if (texts.some((text) => /[\p{L}\p{N}]\s*[=:]\s*[^=:]+[;&,\n]?/u.test(text) && !/^\d{1,2}:\d\d/.test(text)))
    return 'pairs';
  return texts.some((text) => /[,;\t|]/.test(text)) ? 'csv' : 'text';
}

/** A level that is a name of one of many: it has digits, and more than a version. */
const isNumbered = (level: string, index: number): boolean =>
  index > 0 && /\d/.test(level) && level.length >= 2 && !/^v\d+$/i.test(level);

const alike = (topic: string): string =>
  topic
    .split('/')
    .map((level, index) => (isNumbered(level, index) ? '\0' : level))
    .join('/');

/** Messages of one topic that say what they are (`type`) are read apart. */
function outlineOf({ payload }: Sample): string {
  const parsed = parseJson(payload);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return typeof parsed;
  const kind = kindIn(parsed.value);
  return kind === undefined ? '' : `${kind.name}=${kind.word}`;
}

const kindNames = [
  'type',
  'msgType',
  'msg_type',
  'messageType',
  'event_type',
  'eventType',
  'cmd',
  'method',
  'action',
];
function kindIn(body: object): { readonly name: string; readonly word: string } | undefined {
  for (const name of kindNames) {
    const word: unknown = Object.hasOwn(body, name)
      ? (body as Readonly<Record<string, unknown>>)[name]
      : undefined;
    if (typeof word === 'string' && word !== '' && word.length <= 64) return { name, word };
  }
  return undefined;
}

/** Where one entry of many begins, and what its address is. */
interface Entries {
  readonly each: string | undefined;
  /** The name of each is its address. */
  readonly isNamed: boolean;
  /** The keys around an entry's own. */
  readonly depth: number;
}
const whole: Entries = { each: undefined, isNamed: false, depth: 0 };

function messageOf(group: readonly Sample[], format: PayloadFormat): MappingMessage {
  const [first] = group;
  const topic = first?.topic ?? '';
  const bodies = group.map((sample) => {
    const heard = new Heard({ ...sample, base: [], timezone: 'UTC' });
    const body = bodyOf(heard, format);
    return body.ok ? body.value : undefined;
  });
  const entries =
    format === 'json'
      ? entriesOf(bodies[0])
      : format === 'csv'
        ? { each: '$[*]', isNamed: false, depth: 1 }
        : whole;
  const leaves = oneOfEach(
    bodies.flatMap((body) => leavesOf(body)),
    entries,
  );
  const kind = bodies
    .map((body) => (typeof body === 'object' && body !== null ? kindIn(body) : undefined))
    .find(Boolean);
  return withParts({
    topic,
    leaves,
    entries,
    topics: group.map((sample) => sample.topic),
    kind,
    isEmpty: bodies.every((body) => body === undefined),
  });
}

function entriesOf(body: unknown): Entries {
  if (Array.isArray(body)) return body.some(isObject) ? { each: '$[*]', isNamed: false, depth: 1 } : whole;
  if (!isObject(body)) return whole;
  const members = Object.entries(body);
  const lists = members.filter(
    ([, value]) => Array.isArray(value) && value.some(isObject) && !isNamedValues(value),
  );
  const [list] = lists;
  if (list !== undefined && lists.length === 1)
    return { each: `$${writtenName(list[0])}[*]`, isNamed: false, depth: 2 };
  const isMap =
    members.length > 1 &&
    members.every(([, value]) => isObject(value)) &&
    new Set(
      members.map(([, value]) =>
        Object.keys(value as object)
          .sort((a, b) => (a < b ? -1 : 1))
          .join(),
      ),
    ).size === 1;
  return isMap ? { each: '$.*', isNamed: true, depth: 1 } : whole;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first leaf of each way, as its entry has it. */
function oneOfEach(leaves: readonly Leaf[], { depth }: Entries): readonly Leaf[] {
  const seen = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const keys = leaf.keys.map((key, index) => (index < depth && typeof key === 'number' ? 0 : key));
    const way = JSON.stringify(
      depth === 1 && typeof leaf.keys[0] === 'string' ? ['*', ...keys.slice(1)] : keys,
    );
    if (!seen.has(way)) seen.set(way, leaf);
  }
  return [...seen.values()];
}

interface Parts {
  readonly topic: string;
  readonly topics: readonly string[];
  readonly leaves: readonly Leaf[];
  readonly entries: Entries;
  readonly kind: { readonly name: string; readonly word: string } | undefined;
  readonly isEmpty: boolean;
}

function withParts(parts: Parts): MappingMessage {
  const { entries, kind, leaves } = parts;
  const found = leaves.map((leaf) => ({ ...leaf, key: keyOf(leaf), path: pathOf(leaf, entries) }));
  const address = found
    .filter(({ key, value }) => mayBe.address(key, value))
    .sort((a, b) => addressRank(a.key) - addressRank(b.key))[0];
  const { levels, named } = topicOf(parts, address?.value);
  const begin = {
    topic: levels,
    ...optional('when', kind && { at: `$${writtenName(kind.name)}`, is: kind.word }),
  };
  const roles = rolesIn(found, address?.path);
  const used = new Set([address?.path, roles.time?.at, roles.number, roles.online, roles.past]);
  const values = valuesIn(found, used, parts);
  if (values.length === 0 && roles.online === undefined) return { ...begin, pass: true };
  const source = address?.path ?? (entries.isNamed ? '{key}' : named);
  return {
    ...begin,
    ...optional('each', entries.each),
    ...(source === undefined
      ? {}
      : { address: source, ...optional('name', roles.name), ...optional('model', roles.model) }),
    ...optional('time', roles.time),
    ...optional('online', roles.online === undefined ? undefined : { at: roles.online }),
    ...optional('number', roles.number),
    ...optional('past', roles.past === undefined ? undefined : { at: roles.past, is: [true, 1] }),
    values,
  };
}

type Placed = Leaf & { readonly key: string; readonly path: string };

const optional = <Key extends string, Of>(key: Key, value: Of | undefined): { readonly [K in Key]?: Of } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Of };

/** Which of the leaves say something beside values. */
function rolesIn(found: readonly Placed[], address: string | undefined) {
  const one = (is: (key: string, value: Leaf['value']) => boolean): string | undefined =>
    found.find(({ key, path, value }) => path !== address && is(key, value))?.path;
  const [time] = found.flatMap(({ key, path, value }) => {
    const as = guessTime(key, value);
    return as === undefined ? [] : [{ at: path, as }];
  });
  return {
    time,
    number: one(mayBe.number),
    online: one(mayBe.presence),
    past: one(mayBe.past),
    name: own(one(mayBe.name)),
    model: own(one(mayBe.model)),
  };
}

/** Not that of one of several things in it. */
const own = (path: string | undefined): string | undefined => (path?.includes('[') ? undefined : path);

function valuesIn(
  found: readonly Placed[],
  used: ReadonlySet<string | undefined>,
  parts: Parts,
): MappingValue[] {
  const plain = found
    .filter(({ path }) => !used.has(path))
    .flatMap(({ key, path, value }) => valueAt(key, path, value));
  const values = distinct([...namedValues(found), ...alarmOf(found, parts), ...plain]);
  return values.length === 0 ? otherwise(found, parts) : values.slice(0, mostValues);
}

const alarmNames = new Set([
  'alarm',
  'alert',
  'alarm-status',
  'alarm-state',
  'status',
  'state',
  'triggered',
  'value',
]);

/** `{"type":"smoke","alarm":1}`: which alarm it is stands beside it. */
function alarmOf(found: readonly Placed[], { kind }: Parts): MappingValue[] {
  const event = kind === undefined ? undefined : guessValue(kind.word, true);
  if (event?.property === undefined) return [];
  const said = found.find(
    ({ key, value }) => alarmNames.has(kebab(key)) && guessValue(kind?.word ?? '', value) !== undefined,
  );
  return said === undefined ? [] : [{ property: event.property, at: said.path }];
}

/** Words of buttons and detectors that say no more than that it happened. */
const happened =
  /^(?:press(?:ed)?|push(?:ed)?|click(?:ed)?|single|double|short|long|sos|help|call|trigger(?:ed)?|alarm|fire)$/i;

/** Where no name says anything: by what the message says it is, by its topic, or all that it holds as it is. */
function otherwise(found: readonly Placed[], { entries, isEmpty, kind, topic }: Parts): MappingValue[] {
  const event = kind === undefined ? undefined : guessValue(kind.word, true);
  if (event?.property !== undefined) return [{ property: event.property, value: true }];
  if (isEmpty) return [pressOf(topic)];
  const [bare] = found;
  if (bare !== undefined && bare.keys.length === 0) {
    // An SOS button that is passed over would be a call that nobody hears.
    if (typeof bare.value === 'string' && happened.test(bare.value.trim()))
      return [
        {
          property: pressOf(topic).property ?? 'sos',
          at: '$',
          words: { [bare.value.trim().toLowerCase()]: true },
        },
      ];
    const levels = topic.split('/').reverse();
    const guess = levels.map((level) => guessValue(level, bare.value)).find((each) => each !== undefined);
    const name = levels.map(kebab).find((level) => /^[a-z][a-z-]{1,40}$/.test(level)) ?? 'value';
    return typeof bare.value === 'string' && Number.isNaN(Number(bare.value)) && guess === undefined
      ? []
      : [withPath(guess ?? { property: name }, '$')];
  }
  const cells = found.filter(
    ({ key, value }) => /^\d+$/.test(key) && wordAsNumber(String(value)) !== undefined,
  );
  if (entries.each !== undefined && cells.length > 0)
    return cells
      .slice(0, mostValues)
      .map(({ key, path }) => ({ property: `value-${Number(key) + 1}`, at: path }));
  const isKept = found.some(({ value }) => typeof value !== 'string');
  return isKept ? [{ members: entries.each === undefined ? '$' : '@' }] : [];
}

/** A message without anything in it says something by its topic: most often that somebody pressed a button. */
const pressOf = (topic: string): MappingValue => ({
  property: /smoke|fire|烟/i.test(topic) ? 'smoke' : 'sos',
  value: true,
});

const keyOf = ({ keys }: Leaf): string =>
  String(keys.filter((key) => typeof key === 'string').at(-1) ?? keys.at(-1) ?? '');

function pathOf({ keys }: Leaf, { depth, each }: Entries): string {
  if (each === undefined || keys.length < depth) return exactPath(keys, '$');
  // What lies beside the entries is of the message.
  const isBeside = depth === 2 && typeof keys[1] !== 'number';
  return isBeside ? exactPath(keys, '$') : exactPath(keys.slice(depth), '@');
}

const exactPath = (keys: readonly (string | number)[], root: string): string =>
  keys.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path + writtenName(key)),
    root,
  );

function valueAt(key: string, path: string, value: Leaf['value']): MappingValue[] {
  const guess = guessValue(key, value);
  return guess === undefined ? [] : [withPath(guess, path)];
}

const withPath = ({ property, ...guess }: Omit<MappingValue, 'at'>, at: string): MappingValue => ({
  ...(property === undefined ? {} : { property }),
  at,
  ...guess,
});

const besideNames = ['name', 'key', 'n', 'id', 'type', 'code', 'param', 'identifier', 'property'] as const;
const besideValues = ['value', 'v', 'val', 'data'] as const;

function isNamedValues(list: readonly unknown[]): boolean {
  return list.some(
    (entry) =>
      isObject(entry) &&
      besideNames.some((name) => typeof entry[name] === 'string' && guessable(entry, name)),
  );
}
function guessable(entry: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = besideValues
    .map((each) => entry[each])
    .find((each) => each !== undefined && typeof each !== 'object');
  return value !== undefined && guessValue(String(entry[name]), value as Leaf['value']) !== undefined;
}

/** `[{"name": "temp", "value": 21.5}]`: by the name beside it. */
function namedValues(found: readonly (Leaf & { readonly path: string })[]): MappingValue[] {
  const byParent = new Map<string, Map<string, Leaf & { readonly path: string }>>();
  for (const leaf of found) {
    const parent = leaf.path.replace(/(?:\.[^.[]+|\[".*"\])$/, '');
    const members = byParent.get(parent) ?? new Map<string, Leaf & { readonly path: string }>();
    members.set(String(leaf.keys.at(-1)), leaf);
    byParent.set(parent, members);
  }
  return [...byParent].flatMap(([parent, members]) => {
    const list = /^(.*)\[\d+\]$/.exec(parent)?.[1];
    const name = besideNames.find((each) => typeof members.get(each)?.value === 'string');
    const value = besideValues.find((each) => members.has(each));
    if (list === undefined || name === undefined || value === undefined) return [];
    const word = String(members.get(name)?.value);
    const guess = guessValue(word, members.get(value)?.value ?? '');
    if (guess === undefined || /['\\]/.test(word)) return [];
    return [withPath(guess, `${list}[?@.${name}=='${word}'].${value}`)];
  });
}

/** One of each property, the first. */
function distinct(values: readonly MappingValue[]): readonly MappingValue[] {
  const seen = new Set<string>();
  return values.filter(({ property = '' }) => !seen.has(property) && seen.add(property));
}

/** Levels that differ between the topics, or that the payload names as well, get names; the one that names the device `{id}`. */
function topicOf(
  { topic, topics }: Parts,
  address: Leaf['value'] | undefined,
): { readonly levels: string; readonly named: string | undefined } {
  const all = topics.map((each) => each.split('/'));
  const isOther = (level: string, index: number): boolean =>
    isNumbered(level, index) || String(address) === level || all.some((levels) => levels[index] !== level);
  const other = topic.split('/').flatMap((level, index) => (isOther(level, index) ? [index] : []));
  // The last that has digits names the device; what stands before names where it is.
  const device = other.at(-1);
  const levels = topic.split('/').map((level, index) => {
    if (index === device) return '{id}';
    return other.includes(index) ? `{level${index + 1}}` : level.replaceAll(/[{}+#]/g, '');
  });
  return { levels: levels.join('/'), named: device === undefined ? undefined : '{id}' };
}
