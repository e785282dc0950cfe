import {
  type Dialect,
  type Draft,
  isObject,
  type JsonObject,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Fall radars that speak as Vayyar's do: `/devices/ID/events` with a type and a payload. The stages of one fall all carry
 * the moment at which it began, so only the first is of that time; what follows happens when it arrives.
 */
export const fallRadar: Dialect = {
  id: 'fall-radar',
  topics: { usual: '/devices/#' },
  read(message: Heard, draft: MessageDraft): void {
    const [, id = '', what = ''] = /(?:^|\/)devices\/([^/]+)\/([^/]+)$/.exec(message.topic) ?? [];
    if (id === '') draft.refuse('unknown-topic', 'a radar says /devices/ID/events');
    else if (what === 'commands' || what === 'config') draft.pass();
    else {
      const json = jsonOf(message, draft);
      if (isObject(json)) readEvent(json, draft.of(id, { name: id, kind: 'fall-radar' }), draft);
      else if (json !== undefined) draft.refuse('malformed', 'an event is an object');
    }
  },
};

function readEvent(event: JsonObject, device: Draft, draft: MessageDraft): void {
  const payload = isObject(event['payload']) ? event['payload'] : event;
  const { status } = payload;
  if (typeof status === 'string') readStage(status.toLowerCase(), payload, device);
  else if (!readPresence(payload, device)) draft.pass();
}

interface Stage {
  readonly isBeginning?: boolean;
  readonly values: Readonly<Record<string, boolean>>;
}

const stages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['fall_detected', { isBeginning: true, values: { fall: true } }],
  ['fall_confirmed', { values: { fall: true, 'fall-confirmed': true } }],
  // Nobody got up while it counted down: it is as sure as it gets.
  ['calling', { values: { fall: true, 'fall-confirmed': true } }],
  ['fall_exit', { values: { fall: false, 'fall-confirmed': false } }],
  ['finished', { values: { fall: false, 'fall-confirmed': false } }],
  ['canceled', { values: { fall: false, 'fall-confirmed': false } }],
]);

function readStage(status: string, payload: JsonObject, device: Draft): void {
  const stage = stages.get(status) ?? unknownStage(status);
  if (stage === undefined) {
    device.refusePart('malformed', null, 'a stage that no radar is known to say', payload);
    return;
  }
  const { timestamp } = payload;
  const moment = device.moment(
    stage.isBeginning && typeof timestamp === 'number'
      ? { kind: 'stamp', stamp: timestamp }
      : { kind: 'none' },
  );
  const isTry = payload['isSimulated'] === true || payload['isLearning'] === true;
  const values = isTry ? { test: true } : stage.values;
  for (const [key, value] of Object.entries(values)) device.say(moment, key, value);
}

/** Of a newer firmware, perhaps: what is called a fall and not its end may be one, and somebody has to look. */
const unknownStage = (status: string): Stage | undefined =>
  status.includes('fall') && !/exit|end|finish|cancel|clear/.test(status)
    ? { values: { fall: true } }
    : undefined;

/** Answers whether it is about presence at all. */
function readPresence(payload: JsonObject, device: Draft): boolean {
  const { presenceDetected, timestamp } = payload;
  if (typeof presenceDetected !== 'boolean') return false;
  const moment = device.moment(
    typeof timestamp === 'number' ? { kind: 'stamp', stamp: timestamp } : { kind: 'none' },
  );
  device.say(moment, 'occupancy', presenceDetected);
  return true;
}
