import {
  type Dialect,
  type Draft,
  type GivenTime,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { sayBeacon } from '#ingest/dialects/shelly-beacons.ts';
import { readAnswer, shellyCommands } from '#ingest/dialects/shelly-commands.ts';
import { sayComponents } from '#ingest/dialects/shelly-components.ts';
import { readFirstGeneration } from '#ingest/dialects/shelly-gen1.ts';
import { isSleeper } from '#ingest/dialects/shelly-models.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Shelly from the second generation on (shelly-api-docs.shelly.cloud: RPC notifications, MQTT): `NAME/events/rpc` has what changed and
 * what happened, `NAME/status/COMPONENT` the same once more where that is switched on, `NAME/online` the last will. The first
 * generation says `shellies/NAME/…`, each value at a topic of its own.
 */
export const shelly: Dialect = {
  id: 'shelly',
  topics: { usual: '#' },
  read(message: Heard, draft: MessageDraft): void {
    const levels = message.below;
    const last = levels.at(-1) ?? '';
    const before = levels.at(-2);
    if (last === 'rpc' && readAnswer(message, nameOf(levels.slice(0, -1)), draft)) return;
    if (last === 'rpc' && before === 'events') readNotification(message, levels.slice(0, -2), draft);
    else if (last === 'online') readPresence(message, levels.slice(0, -1), draft);
    else if (before === 'status') readStatus(message, levels.slice(0, -2), draft);
    else if (levels.includes('shellies') || message.levels[0] === 'shellies')
      readFirstGeneration(message, draft);
    // Questions, answers, and what it writes into its log.
    else if (last === 'rpc' || last === 'command' || before === 'debug' || before === 'rpc') draft.pass();
    else
      draft.refuse('unknown-topic', 'Shelly says NAME/events/rpc, NAME/status/…, NAME/online and no other');
  },
  commands: shellyCommands,
};

const nameOf = (levels: readonly string[]): string =>
  (levels[0] === 'shellies' ? levels.slice(1) : levels).join('/');

/** What runs on a battery closes its connection to sleep: the broker's last will says then that it is gone. */
function readPresence({ isEmpty, text }: Heard, levels: readonly string[], draft: MessageDraft): void {
  const name = nameOf(levels);
  const word = text.toLowerCase();
  if (isEmpty) draft.pass();
  else if (name === '' || (word !== 'true' && word !== 'false'))
    draft.refuse('malformed', 'online is true or false, at NAME/online');
  else if (word === 'false' && isSleeper(name)) draft.pass();
  else draft.of(name, { name }).online(word === 'true');
}

function readStatus(message: Heard, levels: readonly string[], draft: MessageDraft): void {
  const name = nameOf(levels);
  const { json } = message;
  if (message.isEmpty) draft.pass();
  else if (name === '') draft.refuse('unknown-topic', 'no device is named in the topic');
  else if (!json.ok || !isObject(json.value))
    draft.refuse('malformed', json.ok ? 'a status is an object' : json.detail);
  else sayComponents({ [message.below.at(-1) ?? '']: json.value }, { name, time: { kind: 'none' }, draft });
}

function readNotification(message: Heard, levels: readonly string[], draft: MessageDraft): void {
  const { json } = message;
  if (!json.ok || !isObject(json.value)) {
    draft.refuse('malformed', json.ok ? 'a notification is an object' : json.detail);
    return;
  }
  const { method, params, src } = json.value;
  const name = nameOf(levels) || (typeof src === 'string' ? src : '');
  if (name === '') draft.refuse('malformed', 'neither the topic nor `src` names the device');
  else if (!isObject(params)) draft.refuse('malformed', '`params` is an object');
  else if (method === 'NotifyStatus' || method === 'NotifyFullStatus')
    sayComponents(params, { name, time: timeOf(params['ts']), draft, isFull: method === 'NotifyFullStatus' });
  else if (method === 'NotifyEvent') sayEvents(params, name, draft);
  else draft.pass();
}

/** Just after it woke, and without a time server, a Shelly counts from its start: that is no time of anything. */
const firstMoment = 1_000_000_000;
const timeOf = (ts: unknown): GivenTime =>
  typeof ts === 'number' && ts >= firstMoment
    ? { kind: 'stamp', stamp: Math.round(ts * 1_000) }
    : { kind: 'none' };

const mostEvents = 200;

function sayEvents({ events }: JsonObject, name: string, draft: MessageDraft): void {
  draft.pass();
  if (!Array.isArray(events)) {
    draft.refuse('malformed', '`events` is a list');
    return;
  }
  for (const event of events.slice(0, mostEvents)) if (isObject(event)) sayEvent(event, name, draft);
}

const presses: ReadonlySet<unknown> = new Set(['single_push', 'double_push', 'triple_push', 'long_push']);

/** A press may be for a light; it is a call of what somebody has claimed as a button for help. */
function sayEvent(event: JsonObject, name: string, draft: MessageDraft): void {
  const { component, data, event: what } = event;
  if (typeof component !== 'string') return;
  const time = timeOf(event['ts']);
  // A script that passes on what it hears over Bluetooth; its name is the user's.
  if (isObject(data)) sayBeacon(data, { name, time, draft });
  else if (component.startsWith('smoke:')) sayAlarmEvent('smoke', what, draft.of(name, { name }), time);
  else if (component.startsWith('flood:')) sayAlarmEvent('water-leak', what, draft.of(name, { name }), time);
  else if (presses.has(what)) sayPress(component, { name, time, draft });
}

function sayAlarmEvent(property: string, what: unknown, device: Draft, time: GivenTime): void {
  const moment = device.moment(time);
  if (what === 'alarm') device.say(moment, property, true);
  else if (what === 'alarm_off') device.say(moment, property, false);
  else if (what === 'alarm_test') device.say(moment, 'test', true);
}

function sayPress(
  component: string,
  { draft, name, time }: { readonly name: string; readonly time: GivenTime; readonly draft: MessageDraft },
): void {
  const id = component.split(':')[1] ?? '0';
  // Buttons of its own are the device's; of others heard over Bluetooth each is one.
  const address = component.startsWith('input:') && id === '0' ? name : `${name}/${component}`;
  const device = draft.of(address, { name: address });
  device.say(device.moment(time), 'sos', true, { onlyOf: 'sos-button' });
}
