import { allowedParts } from '#ingest/dialects/allowed-parts.ts';
import {
  type Dialect,
  type GivenTime,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { meaningOfCode, meaningOfState, numberIn } from '#ingest/dialects/hikvision-meanings.ts';
import { isoTime } from '#ingest/dialects/iso-time.ts';
import { localTime } from '#ingest/dialects/local-time.ts';
import { objectClass } from '#ingest/dialects/object-words.ts';
import { wordAsBoolean } from '#ingest/dialects/words.ts';
import { xmlObject } from '#ingest/dialects/xml-object.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Events of Hikvision's door stations, controllers and cameras (ISAPI: EventNotificationAlert, AccessControllerEvent) in JSON
 * or XML, as a bridge brings them over MQTT or as the devices push them themselves (docs/dialects.md). Who passed is
 * a pseudonym; names, faces and plates are not read.
 */
export const hikvision: Dialect = {
  id: 'hikvision',
  topics: { usual: 'hikvision/#' },
  read(message: Heard, draft: MessageDraft): void {
    if (message.isEmpty) {
      draft.refuse('empty', 'a message without a payload');
      return;
    }
    const document = documentOf(message);
    if (Array.isArray(document)) readEvents(document, message, draft);
    else {
      const fault = readEvent(document, message, draft);
      if (fault !== undefined) draft.refuse('malformed', fault);
    }
  },
  withoutPersons(message) {
    const document = documentOf(message);
    return document === undefined ? null : Buffer.from(JSON.stringify(withoutPersonsIn(document)) ?? '');
  },
};

const mostEvents = 64;
const noEvent = 'an event is an object in JSON or a document in XML, without a document type';

/** One that cannot be read waits by itself. */
function readEvents(events: readonly unknown[], message: Heard, draft: MessageDraft): void {
  if (events.length === 0 || events.length > mostEvents) {
    draft.refuse('malformed', `a message holds one event, or a list of up to ${mostEvents}`);
    return;
  }
  for (const event of events) {
    const fault = readEvent(event, message, draft);
    if (fault !== undefined) draft.refusePart('malformed', null, fault, withoutPersonsIn(event));
  }
}

/** All that is read of an event but the credential. */
const impersonal: ReadonlySet<string> = new Set([
  'EventNotificationAlert',
  'AccessControllerEvent',
  'dateTime',
  'eventType',
  'eventState',
  'macAddress',
  'ipAddress',
  'channelID',
  'dynChannelID',
  'deviceID',
  'majorEventType',
  'subEventType',
  'doorNo',
  'serialNo',
  'currentEvent',
  'detectionTarget',
]);

const withoutPersonsIn = (document: unknown): unknown => allowedParts(document, (key) => impersonal.has(key));

/** Undefined: it is neither. */
function documentOf({ json, text }: Heard): unknown {
  if (json.ok) return json.value;
  return text.trimStart().startsWith('<') ? xmlObject(text.trim()) : undefined;
}

/** XML has a document element, and some bridges keep it in JSON. */
function unwrapped(event: JsonObject): JsonObject {
  const inner = event['EventNotificationAlert'];
  return isObject(inner) ? inner : event;
}

/** Answers why it cannot be read. */
function readEvent(document: unknown, message: Heard, draft: MessageDraft): string | undefined {
  if (!isObject(document)) return noEvent;
  const event = unwrapped(document);
  const { eventType } = event;
  const access = event['AccessControllerEvent'];
  const type = typeof eventType === 'string' ? eventType.trim().toLowerCase() : '';
  if (isObject(access) && (type === 'accesscontrollerevent' || type === ''))
    return readAccess(event, access, message, draft);
  if (type === '') return 'an event has an eventType';
  if (type === 'heartbeat') readHeartbeat(event, draft);
  else readState(type, event, message, draft);
  return undefined;
}

/** Of the device that says it, and so of the line to it. */
function readHeartbeat(event: JsonObject, draft: MessageDraft): void {
  draft.online(true);
  const address = addressOf(event);
  if (address !== undefined) draft.of(address).online(true);
}

function readAccess(
  event: JsonObject,
  access: JsonObject,
  message: Heard,
  draft: MessageDraft,
): string | undefined {
  const major = numberIn(access['majorEventType']);
  const minor = numberIn(access['subEventType']);
  if (major === undefined || minor === undefined)
    return 'an access event has majorEventType and subEventType';
  const meaning = meaningOfCode(major, minor, message.options.codeShift ?? 0);
  if (meaning === undefined) {
    draft.pass();
    return undefined;
  }
  const device = draft.of(doorOf(event, access), { name: nameIn(access), kind: 'access-reader' });
  const serial = textIn(access['serialNo']);
  // It begins anew when the device's log is cleared.
  if (serial !== undefined) device.once(`${serial} ${textIn(event['dateTime']) ?? ''}`);
  const isPast = yesOrNo(access['currentEvent']) === false;
  const moment = device.moment(timeOf(event['dateTime'], message), { isPast });
  for (const [key, value] of meaning) device.say(moment, key, value);
  const credential = credentialIn(access);
  if (meaning.has('access-result') && credential !== undefined) device.say(moment, 'credential', credential);
  return undefined;
}

/** A card, or the number of whom the device knew; a pseudonym by the time that it is kept. */
function credentialIn(access: JsonObject): string | undefined {
  const card = textIn(access['cardNo']);
  if (card !== undefined && card !== '0') return card;
  const person = textIn(access['employeeNoString']) ?? textIn(access['employeeNo']);
  return person === undefined || person === '0' ? undefined : `person ${person}`;
}

/** Make and model, where nobody gave it another name. */
const nameIn = (access: JsonObject): string | undefined => textIn(access['deviceName']);

/** A camera's, a recorder's, or an alarm input's: it begins, it goes on being told each second, and mostly it ends. */
function readState(type: string, event: JsonObject, message: Heard, draft: MessageDraft): void {
  const property = meaningOfState(type);
  const state = textIn(event['eventState'])?.toLowerCase();
  if (property === undefined || (state !== 'active' && state !== 'inactive')) {
    draft.pass();
    return;
  }
  const device = draft.of(channelOf(event), { kind: 'camera' });
  const moment = device.moment(timeOf(event['dateTime'], message));
  const value = state === 'active';
  const onlyOf = property === 'lane-blocked' ? { onlyOf: 'fire-lane-camera' } : {};
  device.say(moment, property, value, onlyOf);
  if (property === 'intrusion') device.say(moment, 'lane-blocked', value, { onlyOf: 'fire-lane-camera' });
  if (property === 'lane-blocked') draft.pass();
  const target = value ? objectClass(event['detectionTarget']) : undefined;
  if (target !== undefined && target !== 'others') device.say(moment, 'object-class', target);
}

const nobody = 'door';

/** How a device is called in all that it says; an address of the network where it tells no other. */
function addressOf(event: JsonObject): string | undefined {
  const mac = textIn(event['macAddress'])?.toLowerCase();
  if (mac !== undefined && !/^[0:]+$/.test(mac)) return mac;
  return textIn(event['deviceID']) ?? textIn(event['ipAddress']);
}

/** The first door has the device's address for itself, since some do not tell a number. */
const doorOf = (event: JsonObject, access: JsonObject): string =>
  numbered(addressOf(event) ?? nobody, numberIn(access['doorNo']));
const channelOf = (event: JsonObject): string =>
  numbered(addressOf(event) ?? nobody, numberIn(event['channelID'] ?? event['dynChannelID']));
const numbered = (address: string, number: number | undefined): string =>
  number === undefined || number <= 1 ? address : `${address}/${number}`;

/** A text that is not empty, or a number as one. */
function textIn(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

const yesOrNo = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : wordAsBoolean(textIn(value) ?? '');

const local = ["yyyy-MM-dd'T'HH:mm:ss", 'yyyy-MM-dd HH:mm:ss', "yyyy-MM-dd'T'HH:mm:ss.SSS"];
const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i;
/** Firmware that loses the sign of its zone: `2024-01-22T11:46:3100:00`. */
const signless = /^(.{19})\d\d:\d\d$/;

/** With a zone, or as the community's clocks show it. */
function timeOf(given: unknown, message: Heard): GivenTime {
  const text = textIn(given);
  if (text === undefined) return { kind: 'none' };
  if (zoned.test(text)) return isoTime(text);
  return localTime(signless.exec(text)?.[1] ?? text, local, message);
}
