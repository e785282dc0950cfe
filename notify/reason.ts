import { type Static, type TLiteral, type TProperties, Type } from 'typebox';

const text = Type.String();
const instant = Type.String({ format: 'date-time' });
const length = Type.Integer({ description: 'Milliseconds' });

const reason = <const Code extends string, Fields extends TProperties>(code: Code, fields: Fields) =>
  Type.Object<Fields & { code: TLiteral<Code> }>(
    { code: Type.Literal(code), ...fields },
    { additionalProperties: false },
  );

/** Why somebody was told so, later, otherwise or not at all; its words are the console's (i18n/locales, notify-reasons). */
export const NotifyReason = Type.Union(
  [
    // Inhibit: it is not true any more, or nobody is there to be told.
    reason('task-over', { state: text }),
    reason('task-unknown', {}),
    reason('not-theirs-any-more', {}),
    reason('handled-meanwhile', { state: text }),
    reason('person-unknown', {}),
    reason('never-told-of-it', {}),
    reason('figures-not-theirs', {}),
    // Silence.
    reason('silenced', { silence: text, until: instant }),
    // Group.
    reason('gathered', { with: text }),
    reason('told-a-moment-ago', { at: instant, withinMs: length }),
    // Dedup.
    reason('told-already', { notice: text, at: instant }),
    // Preferences.
    reason('quiet-hours', { from: text, to: text }),
    reason('channels-chosen', { channels: Type.Array(text) }),
    reason('figures', { channels: Type.Array(text) }),
    // Of every step: it may not wait.
    reason('life-safety', {}),
    // Cascade.
    reason('first-channel', {}),
    reason('no-proof', { channel: text, withinMs: length }),
    reason('channel-failed', { channel: text }),
    reason('no-address', { channel: text }),
    reason('not-signed-in', {}),
    reason('severity-left-out', { channel: text }),
    reason('circuit-open', { channel: text, until: instant }),
    reason('no-channel', {}),
    reason('outside-off', {}),
    // Proof.
    reason('seen', { by: text, at: instant }),
    reason('acted', { action: text, at: instant }),
    reason('replayed', { by: text, at: instant }),
  ],
  { title: 'NotifyReason' },
);
export type NotifyReason = Static<typeof NotifyReason>;
