import {
  type Dialect,
  type Draft,
  type GivenTime,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { isoTime } from '#ingest/dialects/iso-time.ts';
import { failureIn, sayEchoes, zigbee2mqttCommands } from '#ingest/dialects/zigbee2mqtt-commands.ts';
import { type Finding, findingOf, ofPersons, Parts } from '#ingest/dialects/zigbee2mqtt-meanings.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Zigbee2MQTT (MQTT topics and messages, exposes: www.zigbee2mqtt.io). `BASE/NAME` is the whole state of a device, what
 * changed and what did not; NAME is the friendly name, which may have levels of its own. `last_seen` is when the device
 * was heard, so what is told again from a cache after a start keeps its time.
 */
export const zigbee2mqtt: Dialect = {
  id: 'zigbee2mqtt',
  topics: { usual: 'zigbee2mqtt/#' },
  read(message: Heard, draft: MessageDraft): void {
    const below = message.below.length === message.levels.length ? message.below.slice(1) : message.below;
    const last = below.at(-1) ?? '';
    if (below.length === 0) draft.refuse('unknown-topic', 'no device is named in the topic');
    else if (below[0] === 'bridge') readBridge(below.slice(1), message, draft);
    else if (below.length > 1 && last === 'availability')
      readAvailability(below.slice(0, -1), message, draft);
    // What goes to a device, as everybody with the same filter hears it.
    else if (below.length > 1 && (last === 'set' || last === 'get')) draft.pass();
    else readDevice(below, message, draft);
  },
  withoutPersons({ json, levels, payload, text }: Heard): Uint8Array | null {
    if (ofPersons.has(levels.at(-1) ?? '')) return null;
    if (json.ok && isObject(json.value)) return Buffer.from(JSON.stringify(impersonal(json.value)));
    // What is broken may still hold them; a bare word does not.
    return /^[\w.-]{0,24}$/.test(text) ? payload : null;
  },
  commands: zigbee2mqttCommands,
};

const impersonal = (state: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(state).filter(([key]) => !ofPersons.has(key)));

function readBridge(what: readonly string[], message: Heard, draft: MessageDraft): void {
  const topic = what.join('/');
  if (topic === 'devices') readList(message, draft);
  else if (topic === 'response/device/rename' || topic === 'response/group/rename')
    readRename(message, draft);
  const isOnline = topic === 'state' ? stateOf(message) : undefined;
  if (isOnline !== undefined) draft.online(isOnline);
  else draft.pass();
  const failure = topic === 'logging' && message.json.ok ? failureIn(message.json.value) : null;
  if (failure) draft.of(failure.name).reply({ key: failure.attribute, ok: false, error: failure.error });
}

/**
 * Who bears which friendly name, whenever something of it changes and at each start. A new name is listed just before anything else is
 * published under it, but for what a device says in that very moment.
 */
function readList({ json }: Heard, draft: MessageDraft): void {
  if (!json.ok || !Array.isArray(json.value)) return;
  for (const entry of json.value) {
    if (!isObject(entry) || entry['type'] === 'Coordinator') continue;
    const { friendly_name: name, ieee_address: number } = entry;
    if (typeof name === 'string' && typeof number === 'string' && ieeeAddress.test(number))
      draft.carries(name, number.toLowerCase());
  }
}
const ieeeAddress = /^0x[0-9a-f]{1,16}$/i;

/** It answers who asked to rename, also of groups, which have no address. */
function readRename({ json }: Heard, draft: MessageDraft): void {
  const { data, status } = json.ok && isObject(json.value) ? json.value : {};
  if (status !== 'ok' || !isObject(data)) return;
  const { from, to } = data;
  if (typeof from === 'string' && typeof to === 'string') draft.renamed(from, to);
}

function readAvailability(name: readonly string[], message: Heard, draft: MessageDraft): void {
  const isOnline = stateOf(message);
  if (isOnline !== undefined) draft.of(name.join('/')).online(isOnline);
  // The device left, and its retained message with it.
  else if (message.isEmpty) draft.pass();
  else draft.refuse('malformed', 'availability is online or offline, bare or as {"state":"online"}');
}

/** `online`, `offline`, or `{"state":"online"}`, as it is said since 2023. */
function stateOf(message: Heard): boolean | undefined {
  const { json } = message;
  const said = json.ok ? json.value : message.text;
  const word = isObject(said) ? said['state'] : said;
  if (word === 'online') return true;
  return word === 'offline' ? false : undefined;
}

function readDevice(name: readonly string[], message: Heard, draft: MessageDraft): void {
  const { json } = message;
  if (message.isEmpty) draft.pass();
  else if (json.ok && isObject(json.value)) readState(json.value, name.join('/'), draft);
  else if (name.length > 1) readAttribute(name, json.ok ? json.value : message.text, draft);
  else draft.refuse('malformed', json.ok ? 'a state is an object' : json.detail);
}

/** `output: attribute` of its settings: each property at a topic of its own, bare. */
function readAttribute(name: readonly string[], value: unknown, draft: MessageDraft): void {
  const key = name.at(-1) ?? '';
  readState({ [key]: value }, name.slice(0, -1).join('/'), draft);
}

function readState(state: JsonObject, name: string, draft: MessageDraft): void {
  const device = draft.of(name, { name });
  const moment = device.moment(timeOf(state['last_seen']));
  const parts = new Parts();
  const told = new Map<string, unknown>();
  let found = 0;
  const tell = (finding: Finding | undefined): void => {
    if (finding === undefined) return;
    found += 1;
    // What is said of one thing in several ways, or by several probes: yes counts.
    const before = told.get(finding.key);
    if (before === true || before === finding.value) return;
    told.set(finding.key, finding.value);
    say(finding, moment, device);
  };
  for (const key in state) tell(findingOf(key, state, parts));
  for (const finding of parts.findings(state)) tell(finding);
  sayEchoes(state, device);
  // Only what is nothing by itself, such as the empty action behind a press.
  if (found === 0) draft.pass();
}

const say = ({ key, unit, value }: Finding, moment: number, device: Draft): void =>
  device.say(moment, key, value, { unit, isLoose: true });

/** ISO 8601, or milliseconds, as its settings have it. */
const timeOf = (lastSeen: unknown): GivenTime =>
  typeof lastSeen === 'number' && Number.isFinite(lastSeen)
    ? { kind: 'stamp', stamp: lastSeen }
    : isoTime(lastSeen);
