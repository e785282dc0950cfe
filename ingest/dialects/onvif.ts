import { allowedPayload } from '#ingest/dialects/allowed-parts.ts';
import {
  type Dialect,
  type Draft,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { isoTime } from '#ingest/dialects/iso-time.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import { objectClass } from '#ingest/dialects/object-words.ts';
import { type Finding, findingsOf } from '#ingest/dialects/onvif-meanings.ts';
import { wordAsNumber } from '#ingest/dialects/words.ts';
import type { Heard } from '#ingest/heard.ts';

const jsonEvents = 'onvif-ej';

/**
 * Events of ONVIF devices over MQTT (ONVIF Core Specification, Event Broker: JSON event payload):
 * `PREFIX/onvif-ej/LOCAL/TOPIC/&SOURCE…`, with `UtcTime`, `Source` and `Data`. What stands behind `&` is the source once
 * more. States are retained, and an empty payload says that there is no such state any more, which is not that it is false.
 */
export const onvif: Dialect = {
  id: 'onvif',
  topics: { usual: '+/onvif-ej/#' },
  read(message: Heard, draft: MessageDraft): void {
    const at = message.levels.indexOf(jsonEvents);
    const local = at === -1 ? [] : localTopic(message.levels.slice(at + 1));
    if (local.length === 0) draft.refuse('unknown-topic', 'an event is at PREFIX/onvif-ej/TOPIC');
    else if (message.isEmpty) draft.pass();
    else readEvent({ prefix: message.levels.slice(0, at).join('/'), local }, message, draft);
  },
  withoutPersons: ({ json, isEmpty }) =>
    isEmpty || !json.ok ? null : allowedPayload(json.value, (key) => impersonal.test(key)),
};

/** All that is read of an event but the credential, and what tells people where to look. */
const impersonal =
  /^(?:UtcTime|Source|Data|VideoSource\w*|Video\w*Token|Rule|ObjectId|State|Is[A-Z]\w*|Count|Class\w*|ObjectType|LogicalState|Value|Threshold|DoorToken|AccessPointToken|InputToken|AlarmInToken|SensorID|Object|Appearance|Type|#text|Failed|Failure|Critical)$/;

/** Without the name space of ONVIF's own topics and without the source. */
function localTopic(levels: readonly string[]): readonly string[] {
  const source = levels.findIndex((level) => level.startsWith('&'));
  return (source === -1 ? levels : levels.slice(0, source))
    .map((level) => level.replace(/^tns1:/, ''))
    .filter((level) => level !== '');
}

interface Where {
  readonly prefix: string;
  readonly local: readonly string[];
}

function readEvent({ local, prefix }: Where, message: Heard, draft: MessageDraft): void {
  const json = jsonOf(message, draft);
  if (json === undefined) return;
  if (!isObject(json)) {
    draft.refuse('malformed', 'an event is an object');
    return;
  }
  const source = itemsOf(json['Source']);
  const data = itemsOf(json['Data']);
  const topic = local.join('/');
  const findings = findingsOf({ topic, data, objectClass: classIn(json['Data']) });
  if (findings.length === 0) {
    draft.pass();
    return;
  }
  const device = deviceOf({ prefix, topic }, source, draft);
  const moment = device.moment(isoTime(json['UtcTime']));
  for (const finding of findings) say(finding, moment, device);
}

const say = ({ key, onlyOf, unit, value }: Finding, moment: number, device: Draft): void =>
  device.say(moment, key, value, { unit, isLoose: true, ...(onlyOf === undefined ? {} : { onlyOf }) });

type Items = ReadonlyMap<string, string | number | boolean>;

/** Simple items, by name; what has parts of its own is not among them. */
function itemsOf(items: unknown): Items {
  const found = new Map<string, string | number | boolean>();
  if (!isObject(items)) return found;
  for (const [name, value] of Object.entries(items))
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      found.set(name, value);
  return found;
}

/** What was seen, where the event says so: in an item, or in the description of the scene. */
function classIn(data: unknown): string | undefined {
  if (!isObject(data)) return undefined;
  const simple = data['ClassTypes'] ?? data['ClassType'] ?? data['ObjectType'];
  if (typeof simple === 'string') return objectClass(simple.trim().split(/[\s,]+/)[0]);
  const type = within(data, ['Object', 'Appearance', 'Class', 'Type']);
  return objectClass(isObject(type) ? (type['#text'] ?? type['$'] ?? type['Type']) : type);
}

function within(value: JsonObject, path: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    if (!isObject(found)) return undefined;
    found = found[key];
  }
  return found;
}

/**
 * A camera by its prefix, the other sources of one recorder by their numbers; doors, readers and inputs by their tokens.
 * A device that has no prefix speaks for itself.
 */
function deviceOf(
  { prefix, topic }: { readonly prefix: string; readonly topic: string },
  source: Items,
  draft: MessageDraft,
): Draft {
  for (const [start, item, kind] of parts) {
    const token = source.get(item);
    if (topic.startsWith(start) && token !== undefined && token !== '') {
      const name = String(token);
      return draft.of(join(prefix, name), { name, kind });
    }
  }
  const channel = channelOf(source);
  if (prefix === '' && channel === undefined) return draft;
  const address = channel === undefined ? prefix : join(prefix, channel);
  return draft.of(address, { name: address, kind: 'camera' });
}

const parts: readonly (readonly [topic: string, item: string, kind: string])[] = [
  ['Door/', 'DoorToken', 'door'],
  ['AccessControl/', 'AccessPointToken', 'access-reader'],
  ['AccessPoint/', 'AccessPointToken', 'access-reader'],
  ['Device/Trigger/', 'InputToken', 'environment'],
  ['Device/Trigger/', 'AlarmInToken', 'environment'],
];

const join = (prefix: string, name: string): string => (prefix === '' ? name : `${prefix}/${name}`);

/** `VideoSource_3` is the third. The first has the prefix for itself, since many of its events do not name it. */
function channelOf(source: Items): string | undefined {
  const token = source.get('VideoSource') ?? source.get('VideoSourceToken');
  const digits = /(\d{1,3})$/.exec(String(token ?? ''))?.[1];
  const number = digits === undefined ? undefined : wordAsNumber(digits);
  return number !== undefined && number > 1 && number <= mostChannels ? String(number) : undefined;
}
const mostChannels = 256;
