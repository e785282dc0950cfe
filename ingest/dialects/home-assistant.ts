import { configTopic, describe, sayDescribed } from '#ingest/dialects/described.ts';
import { type Dialect, isObject, type MessageDraft } from '#ingest/dialects/dialect.ts';
import { personal as ofCards } from '#ingest/dialects/tasmota.ts';
import { ofPersons } from '#ingest/dialects/zigbee2mqtt-meanings.ts';
import type { Heard } from '#ingest/heard.ts';

/**
 * Devices that describe themselves for Home Assistant (www.home-assistant.io/integrations/mqtt: MQTT discovery): retained
 * configurations at `homeassistant/COMPONENT/…/config` say at which topic what is said, how yes and no are written, and in which
 * unit. What comes at topics that nobody has described waits in quarantine, and can be replayed when somebody has.
 */
export const homeAssistant: Dialect = {
  id: 'home-assistant',
  topics: { usual: '#' },
  read(message: Heard, draft: MessageDraft): void {
    const config = configTopic(message.levels);
    if (config !== undefined) describe(message, config, draft);
    else if (message.described.length > 0) sayDescribed(message, draft);
    // It says of itself that it is there.
    else if (
      message.levels.at(-1) === 'status' &&
      message.levels.length === 2 &&
      message.levels[0] === 'homeassistant'
    )
      draft.pass();
    else
      draft.refuse(
        'unknown-topic',
        'nothing was described for this topic; when its configuration has come at homeassistant/…/config, replay',
      );
  },
  withoutPersons({ json, payload, text }: Heard): Uint8Array | null {
    if (json.ok) return Buffer.from(JSON.stringify(impersonal(json.value)) ?? '');
    // What is broken may still hold them; a word does not.
    return /^\s*[[{]/.test(text) || text.length > longestWord ? null : payload;
  },
};

const longestWord = 256;

/** Without what locks and readers say of users, codes and cards: what waits for its description comes from any make. */
function impersonal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(impersonal);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !ofPersons.has(key) && !ofCards.has(key))
      .map(([key, each]) => [key, impersonal(each)]),
  );
}
