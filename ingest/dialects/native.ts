import {
  type Dialect,
  type Draft,
  isObject,
  type JsonObject,
  kindOf,
  type MessageDraft,
} from '#ingest/dialects/dialect.ts';
import { jsonOf } from '#ingest/dialects/json-of.ts';
import { isSenmlPack, senml } from '#ingest/dialects/senml.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Gridbell's own telemetry (docs/contract.md, MQTT): `{"temperature":22.5}`, `{"ts":1732233600123,"values":{…}}`, an
 * array of those, or a SenML pack. What stands beside `values` is read like what stands in it.
 */
export const native: Dialect = {
  id: 'native',
  topics: 'any',
  read(message: Heard, draft: MessageDraft): void {
    const json = jsonOf(message, draft);
    if (json === undefined) return;
    if (isObject(json)) readEntry(json, draft);
    else if (!Array.isArray(json)) draft.refuse('malformed', `an object or an array, not ${kindOf(json)}`);
    else if (isSenmlPack(json)) senml.read(message, draft);
    else readEntries(json, draft);
  },
};

export function readEntries(entries: readonly unknown[], draft: Draft): void {
  for (const entry of entries) {
    if (isObject(entry)) readEntry(entry, draft);
    else draft.refusePart('malformed', null, `an entry has to be an object, not ${kindOf(entry)}`, [entry]);
  }
}

export function readEntry(entry: JsonObject, draft: Draft): void {
  const stamp = entry['ts'];
  const moment = draft.moment(
    stamp === undefined || stamp === null ? { kind: 'none' } : { kind: 'stamp', stamp },
  );
  for (const key in entry) {
    if (key === 'ts') continue;
    const value = entry[key];
    if (key === 'values' && isObject(value)) {
      for (const inner in value) draft.say(moment, inner, value[inner]);
    } else draft.say(moment, key, value);
  }
}
