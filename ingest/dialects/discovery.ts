import { isObject, type JsonObject } from '#ingest/dialects/dialect.ts';
import classes from '#ingest/dialects/discovery-classes.json' with { type: 'json' };
import abbreviations from '#ingest/dialects/discovery-keys.json' with { type: 'json' };
import { plainPath } from '#ingest/dialects/plain-template.ts';
import { saidName } from '#ingest/dialects/said-names.ts';

/** Where it is said whether something is there. */
export interface Availability {
  readonly topic: string;
  readonly on: string;
  readonly off: string;
  readonly path: readonly string[];
}

/** What is read at a topic, as it is remembered: JSON, and no more than is needed. */
export interface Entity {
  /** The device that it is of: its first identifier. */
  readonly address: string;
  readonly name?: string;
  readonly model?: string;
  readonly kind?: string;
  readonly topic: string;
  readonly component: string;
  readonly property: string;
  readonly path: readonly string[];
  readonly unit?: string;
  readonly on?: string;
  readonly off?: string;
  readonly isInverted?: true;
  readonly expectEveryMs?: number;
  readonly availability: readonly Availability[];
  /** It is gone when any of its availabilities says so, and there only when the last does. */
  readonly attributes?: string;
}

export type Read =
  | { readonly entity: Entity; readonly complaint?: string }
  /** Nothing of it is for us. */
  | { readonly entity: null }
  | { readonly refused: string };

const longest = 256;
const keys: ReadonlyMap<string, string> = new Map(Object.entries(abbreviations));

interface ClassMeaning {
  readonly property: string;
  readonly kind?: string;
  readonly isInverted?: boolean;
}
const meanings: ReadonlyMap<string, ReadonlyMap<string, ClassMeaning>> = new Map(
  Object.entries(classes).map(([component, of]) => [
    component,
    new Map<string, ClassMeaning>(Object.entries(of)),
  ]),
);

/** Full names for short ones, and the base topic for `~` at either end (www.home-assistant.io/integrations/mqtt: discovery). */
export function expanded(config: JsonObject, depth = 0): JsonObject {
  const base = config['~'];
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    keys.get(key) ?? key,
    expandedValue(value, depth),
  ]);
  const full = Object.fromEntries(entries);
  return typeof base === 'string' ? (withBase(full, base) as JsonObject) : full;
}

function expandedValue(value: unknown, depth: number): unknown {
  if (depth > 3) return value;
  if (isObject(value)) return expanded(value, depth + 1);
  return Array.isArray(value) ? value.slice(0, 16).map((each) => expandedValue(each, depth + 1)) : value;
}

/** In topics, wherever in the configuration they stand. */
function withBase(value: unknown, base: string, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => withBase(each, base, key));
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withBase(each, base, name)]),
    );
  if (typeof value !== 'string' || !/(?:^|_)topic$/.test(key)) return value;
  if (value.startsWith('~')) return base + value.slice(1);
  return value.endsWith('~') ? value.slice(0, -1) + base : value;
}

/** One entity of a configuration whose names are full; `object` is what the topic calls it. */
export function entityOf(config: JsonObject, component: string, object: string): Read {
  const meaning = meanings.get(component);
  const topic = textIn(config, 'state_topic');
  if (meaning === undefined || topic === undefined) return { entity: null };
  const deviceClass = textIn(config, 'device_class') ?? '';
  const template = textIn(config, 'value_template') ?? textIn(config, 'state_value_template') ?? '';
  const path = plainPath(template);
  if (path === undefined)
    return {
      refused: 'its value_template is more than a plain {{ value_json.x }}: nothing else is evaluated here',
    };
  // Words, times: nothing that is measured.
  if (component === 'sensor' && ['enum', 'timestamp', 'date'].includes(deviceClass)) return { entity: null };
  const known = meaning.get(deviceClass) ?? meaning.get('');
  const is = component === 'sensor' ? 'number' : 'yes-or-no';
  const called = path.at(-1) ?? (textIn(config, 'object_id') || object);
  const named = known?.property ?? saidName(called, is);
  const { availability, complaint } = availabilityOf(config);
  const entity: Entity = {
    ...deviceIn(config, object),
    ...(known?.kind !== undefined && { kind: known.kind }),
    topic,
    component,
    property: refined(named, called),
    path,
    ...unitOf(config),
    ...wordsOf(config, component),
    ...(known?.isInverted && { isInverted: true }),
    ...expectation(config),
    availability,
    ...attributesOf(config),
  };
  return { entity, ...(complaint !== undefined && { complaint }) };
}

/** A class says what is measured; the name may say of what. */
function refined(property: string, called: string): string {
  if (property !== 'temperature' && property !== 'voltage') return property;
  const name = saidName(called, 'number');
  if (property === 'temperature') return name.endsWith('-temperature') ? name : property;
  return /batt/i.test(called) ? 'battery-voltage' : property;
}

const unitOf = (config: JsonObject): Pick<Entity, 'unit'> => {
  const unit = textIn(config, 'unit_of_measurement');
  return unit === undefined ? {} : { unit };
};

function expectation(config: JsonObject): Pick<Entity, 'expectEveryMs'> {
  const seconds = config['expire_after'];
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0
    ? { expectEveryMs: seconds * 1_000 }
    : {};
}

const attributesOf = (config: JsonObject): Pick<Entity, 'attributes'> => {
  const topic = textIn(config, 'json_attributes_topic');
  return topic === undefined ? {} : { attributes: topic };
};

/** How yes and no are written; `true` of JSON is `True`, as in templates there. */
function wordsOf(config: JsonObject, component: string): Pick<Entity, 'on' | 'off'> {
  switch (component) {
    case 'sensor':
    case 'event':
      return {};
    case 'lock':
      return {
        on: wordIn(config, 'state_locked') ?? 'LOCKED',
        off: wordIn(config, 'state_unlocked') ?? 'UNLOCKED',
      };
    case 'valve':
      return { on: wordIn(config, 'state_open') ?? 'open', off: wordIn(config, 'state_closed') ?? 'closed' };
    default:
      return {
        on: wordIn(config, 'state_on') ?? wordIn(config, 'payload_on') ?? 'ON',
        off: wordIn(config, 'state_off') ?? wordIn(config, 'payload_off') ?? 'OFF',
      };
  }
}

/** As a template of Home Assistant's writes it. */
export function wordOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : undefined;
}

const wordIn = (config: JsonObject, key: string): string | undefined =>
  wordOf(config[key])?.slice(0, longest);

function textIn(config: JsonObject, key: string): string | undefined {
  const value = config[key];
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined;
}

/** Where nothing is said of the device, the entity is one. */
function deviceIn(config: JsonObject, object: string): Pick<Entity, 'address' | 'name' | 'model'> {
  const device = isObject(config['device']) ? config['device'] : {};
  const own = textIn(config, 'unique_id') ?? object;
  const name = textIn(device, 'name') ?? textIn(config, 'name');
  const model = [textIn(device, 'manufacturer'), textIn(device, 'model')].filter(
    (text) => text !== undefined,
  );
  return {
    address: firstOf(device['identifiers']) ?? connectionOf(device['connections']) ?? own,
    ...(name !== undefined && { name }),
    ...(model.length > 0 && { model: model.join(' ') }),
  };
}

function firstOf(identifiers: unknown): string | undefined {
  const first: unknown = Array.isArray(identifiers) ? identifiers[0] : identifiers;
  return typeof first === 'string' && first !== '' ? first.slice(0, longest) : undefined;
}

/** `[["mac", "02:5b:26:a8:dc:12"]]` */
const connectionOf = (connections: unknown): string | undefined =>
  Array.isArray(connections) && Array.isArray(connections[0]) ? firstOf(connections[0][1]) : undefined;

const mostAvailabilities = 4;

function availabilityOf(config: JsonObject): {
  readonly availability: readonly Availability[];
  readonly complaint?: string;
} {
  const given = config['availability'];
  const list = Array.isArray(given)
    ? given
    : isObject(given)
      ? [given]
      : [{ ...config, topic: config['availability_topic'] }];
  const availability: Availability[] = [];
  let complaint: string | undefined;
  for (const each of list.slice(0, mostAvailabilities)) {
    const topic = isObject(each) ? textIn(each, 'topic') : undefined;
    if (!isObject(each) || topic === undefined) continue;
    const template = textIn(each, given === undefined ? 'availability_template' : 'value_template') ?? '';
    const path = plainPath(template);
    if (path === undefined)
      complaint = 'a template of its availability is more than a plain {{ value_json.x }}, so it is not read';
    else
      availability.push({
        topic,
        on: wordIn(each, 'payload_available') ?? 'online',
        off: wordIn(each, 'payload_not_available') ?? 'offline',
        path,
      });
  }
  return { availability, ...(complaint !== undefined && { complaint }) };
}
