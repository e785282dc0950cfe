import { allowedPayload } from '#ingest/dialects/allowed-parts.ts';
import {
  type Dialect,
  type Draft,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { epochSeconds } from '#ingest/dialects/epoch-seconds.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import { isVehicle, objectClass } from '#ingest/dialects/object-words.ts';
import { wordAsBoolean, wordAsNumber } from '#ingest/dialects/words.ts';
import type { Heard } from '#ingest/heard.ts';

/** A vehicle in a fire lane is news of a camera that watches one. */
const laneCamera = 'fire-lane-camera';

/**
 * Frigate (docs.frigate.video: MQTT). `PREFIX/events` tells of one object again and again under one id; `PREFIX/NAME/LABEL` is how
 * many there are now, NAME a camera or one of its zones. Who somebody is (sub labels, faces, plates, descriptions) is
 * never read, and pictures are not even looked at.
 */
export const frigate: Dialect = {
  id: 'frigate',
  topics: { usual: 'frigate/#' },
  read(message: Heard, draft: MessageDraft): void {
    const { below, levels } = message;
    const said = below.length === levels.length ? below.slice(1) : below;
    if (said.length === 0 || said.includes('')) draft.refuse('unknown-topic', 'no topic of Frigate');
    else if (said.length === 1) readOwn(said[0] ?? '', message, draft);
    else readNamed(said, message, draft);
  },
  withoutPersons: ({ json, isEmpty }) =>
    isEmpty || !json.ok ? null : allowedPayload(json.value, (key) => impersonal.has(key)),
};

/** All that is read of an event. */
const impersonal: ReadonlySet<string> = new Set([
  'type',
  'after',
  'id',
  'camera',
  'label',
  'start_time',
  'end_time',
  'frame_time',
  'false_positive',
  'stationary',
  'current_zones',
]);

function readOwn(what: string, message: Heard, draft: MessageDraft): void {
  if (what === 'available') readAvailable(message, draft);
  else if (what === 'events') {
    const json = jsonOf(message, draft);
    if (isObject(json)) readEvent(json, draft);
    else if (json !== undefined) draft.refuse('malformed', 'an event is an object');
  }
  // Reviews gather what was told object by object; the rest are its figures, settings, and who somebody is.
  else draft.pass();
}

function readAvailable(message: Heard, draft: MessageDraft): void {
  const word = message.text.trim().toLowerCase();
  if (word === 'online') draft.online(true);
  else if (word === 'offline' || word === 'stopped') draft.online(false);
  else if (message.isEmpty) draft.pass();
  else draft.refuse('malformed', 'Frigate is online or offline');
}

function readEvent(event: JsonObject, draft: MessageDraft): void {
  const { after } = event;
  const found = isObject(after) ? objectOf(after) : undefined;
  if (!isObject(after) || found === undefined)
    draft.refuse('malformed', 'an event has `after` with an id, a camera and a label');
  else if (after['false_positive'] === true || isPerson(found.label)) draft.pass();
  else if (event['type'] !== 'end' && after['stationary'] === true && isVehicle(found.label))
    readParked(after, found.camera, draft);
  else readFound(event, after, found, draft);
}

/** Parts of a person or a car, with which some models name who or whose it is. */
const isPerson = (label: string): boolean => label === 'face' || label.endsWith('license-plate');

interface Found {
  readonly id: string;
  readonly camera: string;
  readonly label: string;
}

function objectOf({ camera, id, label }: JsonObject): Found | undefined {
  const word = objectClass(label);
  if (typeof id !== 'string' || id === '' || typeof camera !== 'string' || camera === '') return undefined;
  return word === undefined ? undefined : { id, camera, label: word };
}

/**
 * An object that was not told of before: `new`, or the first word that reached us of it. What is over already when it is
 * first heard of is history.
 */
function readFound(
  event: JsonObject,
  after: JsonObject,
  { camera, id, label }: Found,
  draft: MessageDraft,
): void {
  const isPast = event['type'] === 'end';
  const device = draft.of(camera, about(camera));
  device.once(id);
  const moment = device.moment(epochSeconds(after['start_time']), { isPast });
  device.say(moment, 'object-class', label);
  // The film stays where it is.
  device.say(moment, 'footage', id);
}

/** Told at least once a minute while it stands: in the picture, and in each zone in which it stands. */
function readParked(after: JsonObject, camera: string, draft: MessageDraft): void {
  draft.pass();
  const zones = after['current_zones'];
  const names = [camera, ...(Array.isArray(zones) ? zones.slice(0, mostZones) : [])];
  for (const name of new Set(names.filter((each) => typeof each === 'string' && each !== ''))) {
    const device = draft.of(name);
    const moment = device.moment(epochSeconds(after['frame_time']));
    device.say(moment, 'lane-blocked', true, { onlyOf: laneCamera });
  }
}
const mostZones = 64;

const about = (name: string) => ({ name, kind: 'camera' });

/** Last levels at which settings and pictures stand, or what was asked for. */
const settings: ReadonlySet<string> = new Set(['set', 'state', 'snapshot', 'active', 'suspend', 'suspended']);
/** Second levels that are no object. */
const notCounted: ReadonlySet<string> = new Set(['review_status', 'enabled', 'ptz', 'profile', 'birdseye']);

function readNamed(said: readonly string[], message: Heard, draft: MessageDraft): void {
  const [name = '', what = '', role] = said;
  const isStatus = said.length === 3 && what === 'status';
  if (message.isEmpty || settings.has(said.at(-1) ?? '')) draft.pass();
  else if (isStatus) readStatus(role ?? '', draft.of(name, about(name)), message, draft);
  else if (said.length !== 2 || notCounted.has(what) || notCounted.has(name)) draft.pass();
  else if (what === 'motion') readMotion(draft.of(name, about(name)), message, draft);
  else readCount(what, draft.of(name, about(name)), message, draft);
}

/** Whether the picture that is looked at comes in. */
function readStatus(role: string, camera: Draft, message: Heard, draft: MessageDraft): void {
  const word = message.text.trim().toLowerCase();
  if (role !== 'detect' || (word !== 'online' && word !== 'offline')) draft.pass();
  else camera.say(camera.moment({ kind: 'none' }), 'video-lost', word === 'offline');
}

function readMotion(camera: Draft, message: Heard, draft: MessageDraft): void {
  const isMoving = wordAsBoolean(message.text.slice(0, longestWord));
  if (isMoving === undefined) draft.refuse('malformed', 'motion is ON or OFF');
  else camera.say(camera.moment({ kind: 'none' }), 'motion', isMoving);
}

/**
 * A bare number. The sum over all labels says something when it is 0: nothing is there. After a restart it is all that Frigate says of
 * what left meanwhile.
 */
function readCount(what: string, device: Draft, message: Heard, draft: MessageDraft): void {
  const label = objectClass(what);
  const count = wordAsNumber(message.text.slice(0, longestWord));
  if (count === undefined || label === undefined || !Number.isInteger(count) || count < 0) {
    draft.refuse('malformed', 'a count is a whole number');
    return;
  }
  if (isPerson(label) || (label === 'all' && count > 0)) {
    draft.pass();
    return;
  }
  const moment = device.moment({ kind: 'none' });
  if (label !== 'all') device.say(moment, 'object-class', label);
  device.say(moment, 'object-count', count);
  // What else is counted there says nothing of people.
  if (label === 'person' || label === 'all') device.say(moment, 'people-count', count);
  if (isVehicle(label) || label === 'all')
    device.say(moment, 'lane-blocked', count > 0, { onlyOf: laneCamera });
}
const longestWord = 20;
