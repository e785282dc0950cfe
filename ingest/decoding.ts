import { isObject, kindOf } from '#ingest/dialects/dialect.ts';
import { parseJson, textOf } from '#ingest/json.ts';
import type { Stage } from '#ingest/stage.ts';
import type { Work } from '#ingest/work.ts';

/** Reads the payload, once. Status and replies end here; telemetry goes on as values. */
export const decoded: Stage = (work) => {
  if (work.record.payload.length === 0) {
    work.refuse('empty', 'a message without a payload');
    return false;
  }
  if (work.route.kind === 'status') return readStatus(work);
  const parsed = parseJson(work.record.payload);
  if (!parsed.ok) {
    work.refuse('malformed', parsed.detail);
    return false;
  }
  if (work.route.kind === 'reply') return readReply(work, parsed.value);
  work.dialect?.read(parsed.value, work);
  if (work.quarantined.length > 0) return false;
  if (work.said.length > 0 || work.refused.length > 0) return true;
  work.refuse('empty', 'nothing in it is a value; null means that nothing is said');
  return false;
};

const states: ReadonlyMap<string, boolean> = new Map([
  ['online', true],
  ['offline', false],
]);

/** `online`, `offline`, or `{"state":"online"}`. */
function readStatus(work: Work): false {
  const bare = states.get(textOf(work.record.payload).trim().toLowerCase());
  const online = bare ?? stateIn(work.record.payload);
  if (online === undefined)
    work.refuse('malformed', 'a status is online or offline, bare or as {"state":"online"}');
  else work.presence.push({ device: work.device, online });
  return false;
}

function stateIn(payload: Uint8Array): boolean | undefined {
  const parsed = parseJson(payload);
  if (!parsed.ok) return undefined;
  const word = isObject(parsed.value) ? parsed.value['state'] : parsed.value;
  return typeof word === 'string' ? states.get(word.toLowerCase()) : undefined;
}

function readReply(work: Work, value: unknown): false {
  if (isObject(value)) work.replies.push({ device: work.device, payload: value });
  else work.refuse('malformed', `a reply has to be an object, not ${kindOf(value)}`);
  return false;
}
