import {
  type Dialect,
  isObject,
  type JsonObject,
  kindOf,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import { readEntries, readEntry } from '#ingest/dialects/native.ts';
import { readAnswer, rpcTopic, thingsboardCommands } from '#ingest/dialects/thingsboard-commands.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * ThingsBoard's device and gateway API over MQTT (thingsboard.io/docs: reference/mqtt-api, reference/gateway-mqtt-api).
 * `v1/devices/me/…` is the sender itself, `v1/gateway/…` whom it carries, by name.
 */
export const thingsboard: Dialect = {
  id: 'thingsboard',
  topics: { usual: 'v1/#' },
  read(message: Heard, draft: MessageDraft): void {
    const { topic } = message;
    const about = topics.get(topic);
    if (about !== undefined) about(message, draft);
    // Answers to commands, questions for attributes, claims, firmware: nothing is measured there.
    else if (/^v[12]\/(devices\/me|gateway|fw|sw)\//.test(topic)) draft.pass();
    else draft.refuse('unknown-topic', 'ThingsBoard says nothing there');
  },
  commands: thingsboardCommands,
};

function readOwn(message: Heard, draft: MessageDraft): void {
  const json = jsonOf(message, draft);
  if (json === undefined) return;
  if (isObject(json)) readEntry(json, draft);
  else if (Array.isArray(json)) readEntries(json, draft);
  else draft.refuse('malformed', `an object or an array, not ${kindOf(json)}`);
}

/** `{"Device A":[{"ts":…,"values":{…}}]}`; a single entry may stand without its list. */
function readCarried(message: Heard, draft: MessageDraft): void {
  for (const [name, said] of devicesIn(message, draft)) {
    const device = draft.of(name, { name });
    if (Array.isArray(said)) readEntries(said, device);
    else if (isObject(said)) readEntry(said, device);
    else if (said !== null)
      device.refusePart('malformed', null, `a list of entries, not ${kindOf(said)}`, { [name]: said });
  }
}

/** What a device is and is set to; times are not given there. */
function readAttributes(message: Heard, draft: MessageDraft): void {
  for (const [name, said] of devicesIn(message, draft)) {
    const device = draft.of(name, { name });
    if (isObject(said)) sayAttributes(said, device);
    else if (said !== null)
      device.refusePart('malformed', null, `attributes are an object, not ${kindOf(said)}`, { [name]: said });
  }
}

function readOwnAttributes(message: Heard, draft: MessageDraft): void {
  const json = jsonOf(message, draft);
  if (json === undefined) return;
  if (isObject(json)) sayAttributes(json, draft);
  else draft.refuse('malformed', `attributes are an object, not ${kindOf(json)}`);
}

function sayAttributes(said: JsonObject, device: Pick<MessageDraft, 'moment' | 'say'>): void {
  const moment = device.moment({ kind: 'none' });
  for (const key in said) device.say(moment, key, said[key], { isLoose: true });
}

function devicesIn(message: Heard, draft: MessageDraft): readonly (readonly [string, unknown])[] {
  const json = jsonOf(message, draft);
  if (json === undefined) return [];
  if (!isObject(json)) draft.refuse('malformed', `an object with a key for each device, not ${kindOf(json)}`);
  return isObject(json) ? Object.entries(json) : [];
}

/** `{"device":"Device A"}` */
const coming =
  (isOnline: boolean) =>
  (message: Heard, draft: MessageDraft): void => {
    const json = jsonOf(message, draft);
    if (json === undefined) return;
    const name = isObject(json) ? json['device'] : undefined;
    if (typeof name === 'string' && name !== '') draft.of(name, { name }).online(isOnline);
    else draft.refuse('malformed', 'it does not name its device');
  };

const topics: ReadonlyMap<string, (message: Heard, draft: MessageDraft) => void> = new Map([
  ['v1/devices/me/telemetry', readOwn],
  ['v1/devices/me/attributes', readOwnAttributes],
  ['v1/gateway/telemetry', readCarried],
  ['v1/gateway/attributes', readAttributes],
  ['v1/gateway/connect', coming(true)],
  ['v1/gateway/disconnect', coming(false)],
  [rpcTopic, readAnswer],
]);
