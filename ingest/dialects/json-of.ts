import type { MessageDraft } from '#ingest/dialects/dialect.ts';
import type { Heard } from '#ingest/heard.ts';

/** The JSON of a message, null included; undefined when it has none, which is refused. */
export function jsonOf(message: Heard, draft: Pick<MessageDraft, 'refuse'>): unknown {
  if (message.isEmpty) {
    draft.refuse('empty', 'a message without a payload');
    return undefined;
  }
  const parsed = message.json;
  if (parsed.ok) return parsed.value;
  draft.refuse('malformed', parsed.detail);
  return undefined;
}
