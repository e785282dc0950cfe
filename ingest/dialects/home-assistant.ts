import { configTopic, describe, sayDescribed } from '#ingest/dialects/described.ts';
import type { Dialect, MessageDraft } from '#ingest/dialects/dialect.ts';
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
};
