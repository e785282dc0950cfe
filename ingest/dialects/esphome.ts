import { configTopic, describe, sayDescribed } from '#ingest/dialects/described.ts';
import type { Dialect, MessageDraft } from '#ingest/dialects/dialect.ts';
import type { Entity } from '#ingest/dialects/discovery.ts';
import { saidName } from '#ingest/dialects/said-names.ts';
import { wordAsNumber } from '#ingest/dialects/words.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * ESPHome over MQTT (esphome.io/components/mqtt): `NODE/COMPONENT/ID/state` as plain text, `NODE/status` its birth and last will. Where
 * it describes itself for Home Assistant, class and unit are known; else what is meant is read from the id, which its owner gave.
 */
export const esphome: Dialect = {
  id: 'esphome',
  topics: { usual: '#' },
  read(message: Heard, draft: MessageDraft): void {
    const config = configTopic(message.levels);
    const place = placeOf(message.below);
    if (config !== undefined) describe(message, config, draft, (entity) => nodeOf(entity, message.base));
    else if (message.described.length > 0 && message.levels.at(-1) !== 'status') sayDescribed(message, draft);
    else if (message.levels.at(-1) === 'status' && message.below.length > 1) readStatus(message, draft);
    else if (place !== undefined) sayState(place, message, draft);
    else if (isOther(message.levels)) draft.pass();
    else draft.refuse('unknown-topic', 'ESPHome says NODE/COMPONENT/ID/state, NODE/status and no other');
  },
};

interface Place {
  readonly node: string;
  readonly component: string;
  readonly id: string;
}

/** A node's prefix may have levels. */
function placeOf(levels: readonly string[]): Place | undefined {
  if (levels.at(-1) !== 'state' || levels.length < 4) return undefined;
  const [component = '', id = ''] = levels.slice(-3, -1);
  return { node: levels.slice(0, -3).join('/'), component, id };
}

/** The same name for a node, described or not. */
function nodeOf({ address, topic }: Entity, base: readonly string[]): string {
  const levels = topic.split('/');
  const below = base.every((level, index) => levels[index] === level) ? levels.slice(base.length) : levels;
  return placeOf(below)?.node ?? address;
}

/** Commands, logs, and parts of what a lamp or a cover is set to. */
const isOther = (levels: readonly string[]): boolean =>
  levels.some((level) => level === 'command' || level === 'debug' || level === 'state') || levels.length > 4;

function readStatus(message: Heard, draft: MessageDraft): void {
  const word = message.text.trim().toLowerCase();
  const node = message.below.slice(0, -1).join('/');
  if (message.isEmpty) draft.pass();
  else if (word === 'online' || word === 'offline') draft.of(node, { name: node }).online(word === 'online');
  else draft.refuse('malformed', 'a status is online or offline');
}

function sayState({ component, id, node }: Place, { text }: Heard, draft: MessageDraft): void {
  draft.pass();
  const word = text.trim().toLowerCase();
  const device = draft.of(node, { name: node });
  if (component === 'sensor') {
    const number = wordAsNumber(word);
    // A sensor that did not answer says "nan".
    if (number !== undefined) device.say(device.moment({ kind: 'none' }), saidName(id, 'number'), number);
    else if (word !== 'nan' && word !== '') draft.refuse('malformed', 'a sensor says a number');
  } else if (component === 'binary_sensor' || component === 'switch') {
    const name = saidName(id, 'yes-or-no');
    if (word === 'on' || word === 'off') device.say(device.moment({ kind: 'none' }), name, word === 'on');
    else if (word !== '') draft.refuse('malformed', 'a binary sensor says ON or OFF');
  } else if (component === 'lock' && (word === 'locked' || word === 'unlocked'))
    device.say(device.moment({ kind: 'none' }), 'locked', word === 'locked');
}
