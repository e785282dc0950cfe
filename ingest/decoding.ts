import { isObject, kindOf } from '#ingest/dialects/dialect.ts';
import { baseOf, Heard } from '#ingest/heard.ts';
import { parseJson, textOf } from '#ingest/json.ts';
import type { Stage } from '#ingest/stage.ts';
import type { Work } from '#ingest/work.ts';

/** Reads the payload, once. Status and replies end here; telemetry goes on as values. */
export const decoded: Stage = (work, around) => {
  const { payload, topic } = work.record;
  if (work.route.kind === 'status' || work.route.kind === 'reply') {
    if (payload.length === 0) work.refuse('empty', 'a message without a payload');
    else if (work.route.kind === 'status') readStatus(work);
    else readReply(work);
    return false;
  }
  const base = work.route.kind === 'foreign' ? baseOf(work.configured?.topic) : [];
  const { timezone } = around.configuration;
  const options = work.configured?.options;
  const descriptions = work.memory?.descriptions;
  const { offsets } = around;
  work.dialect?.read(new Heard({ topic, payload, base, timezone, options, descriptions, offsets }), work);
  return work.quarantined.length === 0;
};

const states: ReadonlyMap<string, boolean> = new Map([
  ['online', true],
  ['offline', false],
]);

/** `online`, `offline`, or `{"state":"online"}`. */
function readStatus(work: Work): void {
  const bare = states.get(textOf(work.record.payload).trim().toLowerCase());
  const online = bare ?? stateIn(work.record.payload);
  if (online === undefined)
    work.refuse('malformed', 'a status is online or offline, bare or as {"state":"online"}');
  else work.online(online);
}

function stateIn(payload: Uint8Array): boolean | undefined {
  const parsed = parseJson(payload);
  if (!parsed.ok) return undefined;
  const word = isObject(parsed.value) ? parsed.value['state'] : parsed.value;
  return typeof word === 'string' ? states.get(word.toLowerCase()) : undefined;
}

function readReply(work: Work): void {
  const parsed = parseJson(work.record.payload);
  if (!parsed.ok) work.refuse('malformed', parsed.detail);
  else if (isObject(parsed.value)) work.replies.push({ device: work.device, payload: parsed.value });
  else work.refuse('malformed', `a reply has to be an object, not ${kindOf(parsed.value)}`);
}
