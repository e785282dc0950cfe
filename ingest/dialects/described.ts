import { type About, isObject, type JsonObject, type MessageDraft } from '#ingest/dialects/dialect.ts';
import { type Entity, entityOf, expanded, type Read, wordOf } from '#ingest/dialects/discovery.ts';
import type { Heard } from '#ingest/heard.ts';

const mostComponents = 100;

/** Where Home Assistant's discovery describes something. */
export interface ConfigTopic {
  readonly component: string;
  readonly object: string;
}

/** `PREFIX/COMPONENT/[NODE/]OBJECT/config`; undefined: another topic. */
export function configTopic(levels: readonly string[]): ConfigTopic | undefined {
  if (levels.at(-1) !== 'config' || levels.length < 4) return undefined;
  const object = levels.at(-2) ?? '';
  const [far = '', near = ''] = levels.slice(-4, -2);
  const component = isComponent(near) || levels.length === 4 ? near : far;
  return isComponent(component) ? { component, object } : undefined;
}

/** Its own and others', as far as they may be described; those that measure nothing say nothing here. */
const isComponent = (word: string): boolean =>
  /^(?:alarm_control_panel|binary_sensor|button|camera|climate|cover|device|device_automation|device_tracker|event|fan|humidifier|image|lawn_mower|light|lock|notify|number|scene|select|sensor|siren|switch|tag|text|update|vacuum|valve|water_heater)$/.test(
    word,
  );

/** Reads a description and has it remembered; `addressOf` may know the device better than the description does. */
export function describe(
  message: Heard,
  { component, object }: ConfigTopic,
  draft: MessageDraft,
  addressOf: (entity: Entity) => string = ({ address }) => address,
): void {
  const key = message.topic;
  // What was described there is gone.
  if (message.isEmpty) {
    forget(message, component, draft);
    return;
  }
  const { json } = message;
  if (!json.ok || !isObject(json.value)) {
    draft.refuse('malformed', json.ok ? 'a configuration is an object' : json.detail);
    return;
  }
  draft.pass();
  const config = expanded(json.value);
  const parts = component === 'device' ? componentsOf(config, key) : [{ config, component, object, key }];
  if (component === 'device') {
    const named = new Set(parts.map((part) => part.key));
    for (const each of message.keysDescribed(`${key}#`)) if (!named.has(each)) draft.describe(each, null);
  }
  for (const part of parts)
    take(entityOf(part.config, part.component, part.object), part.key, { draft, addressOf });
}

/** A device's configuration has those of its entities in it; an empty one of these takes it back. */
function forget(message: Heard, component: string, draft: MessageDraft): void {
  const { topic } = message;
  draft.describe(topic, null);
  if (component === 'device')
    for (const each of message.keysDescribed(`${topic}#`)) draft.describe(each, null);
  draft.pass();
}

function take(
  read: Read,
  key: string,
  { addressOf, draft }: { readonly draft: MessageDraft; readonly addressOf: (entity: Entity) => string },
): void {
  if ('refused' in read) {
    draft.describe(key, null);
    draft.refuse('malformed', read.refused);
    return;
  }
  if (read.entity === null) {
    draft.describe(key, null);
    return;
  }
  const entity: Entity = { ...read.entity, address: addressOf(read.entity) };
  const topics = [entity.topic, ...entity.availability.map(({ topic }) => topic)];
  if (entity.attributes !== undefined) topics.push(entity.attributes);
  // A type's properties are those of a JSON object.
  const body: JsonObject = { ...entity };
  if (!draft.describe(key, { topics, body }))
    draft.refuse(
      'too-large',
      'there is no room to remember this description: it is too long, or one of too many',
    );
  else if ('complaint' in read && read.complaint !== undefined) draft.refuse('malformed', read.complaint);
}

interface Part {
  readonly config: JsonObject;
  readonly component: string;
  readonly object: string;
  readonly key: string;
}

/** What is said of the device holds for each of its entities. */
function componentsOf(config: JsonObject, key: string): Part[] {
  const { components, ...shared } = config;
  if (!isObject(components)) return [];
  return Object.entries(components)
    .slice(0, mostComponents)
    .flatMap(([object, own]) => {
      const component = isObject(own) ? own['platform'] : undefined;
      return isObject(own) && typeof component === 'string'
        ? [{ config: { ...shared, ...own }, component, object, key: `${key}#${object}` }]
        : [];
    });
}

/** Says what was described for a message's topic. */
export function sayDescribed(message: Heard, draft: MessageDraft): void {
  draft.pass();
  const moments = new Map<string, number>();
  for (const body of message.described) {
    // Our own writing.
    const entity = body as unknown as Entity;
    if (entity.topic === message.topic) sayState(entity, message, { draft, moments });
    sayAvailability(entity, message, draft);
  }
}

function sayAvailability(entity: Entity, message: Heard, draft: MessageDraft): void {
  const { availability, address } = entity;
  for (const [index, { off, on, path, topic }] of availability.entries()) {
    if (topic !== message.topic) continue;
    const word = wordOf(valueAt(path, message))?.toLowerCase();
    if (word === off.toLowerCase()) draft.of(address, aboutOf(entity)).online(false);
    // A bridge that is there does not mean that whom it carries is.
    else if (word === on.toLowerCase() && index === availability.length - 1)
      draft.of(address, aboutOf(entity)).online(true);
  }
}

/** The text as it is, or what lies in its JSON. */
function valueAt(path: readonly string[], { json, text }: Heard): unknown {
  if (path.length === 0) return text;
  let value: unknown = json.ok ? json.value : undefined;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** Words by which something says that it does not know. */
const unknowns: ReadonlySet<string> = new Set(['', 'unknown', 'unavailable', 'none', 'nan', 'null']);

interface Saying {
  readonly draft: MessageDraft;
  /** Opened so far, by address: what a message says of one device is of one moment. */
  readonly moments: Map<string, number>;
}

function sayState(entity: Entity, message: Heard, { draft, moments }: Saying): void {
  const value = valueAt(entity.path, message);
  const word = wordOf(value);
  if (word === undefined || unknowns.has(word.trim().toLowerCase())) return;
  const device = draft.of(entity.address, aboutOf(entity));
  const moment = moments.get(entity.address) ?? device.moment({ kind: 'none' });
  moments.set(entity.address, moment);
  const { component, isInverted, off, on, property, unit } = entity;
  if (component === 'event') device.say(moment, property, true, { onlyOf: 'sos-button' });
  else if (on === undefined || off === undefined)
    device.say(moment, property, value, { unit, isLoose: true });
  else {
    const said = yesOrNo(word, on, off);
    device.say(moment, property, said === undefined ? word : said !== (isInverted ?? false), {
      isLoose: true,
    });
  }
}

function yesOrNo(word: string, on: string, off: string): boolean | undefined {
  if (word === on) return true;
  if (word === off) return false;
  const plain = word.trim().toLowerCase();
  if (plain === on.toLowerCase()) return true;
  return plain === off.toLowerCase() ? false : undefined;
}

function aboutOf({ expectEveryMs, kind, model, name }: Entity): About {
  return {
    ...(name !== undefined && { name }),
    ...(kind !== undefined && { kind }),
    ...(model !== undefined && { model }),
    ...(expectEveryMs !== undefined && { expectEveryMs }),
  };
}
