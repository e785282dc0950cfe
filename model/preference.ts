import { type Static, Type } from 'typebox';
import { PersonIdSchema } from '#model/community.ts';
import { summaryKinds } from '#model/summary.ts';

const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', maxLength: 5 });

const WantedSummary = Type.Object(
  {
    kind: Type.Unsafe<(typeof summaryKinds)[number]>(Type.String({ enum: [...summaryKinds] })),
    /** Epoch milliseconds: what was to be sent before is not sent. */
    since: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);

/** How one person wants to be told; what is a matter of life passes by all of it but the language. */
export const Preference = Type.Object(
  {
    person: PersonIdSchema,
    language: Type.Optional(Type.Unsafe<'zh' | 'en'>(Type.String({ enum: ['zh', 'en'] }))),
    /** Ids of channels, the first first; absent: all, in the installation's order. */
    channels: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,24}$' }), { maxItems: 20 })),
    /** In the community's zone; may run over midnight. */
    quietHours: Type.Optional(Type.Object({ from: Clock, to: Clock }, { additionalProperties: false })),
    /** Summaries that come by themselves; absent: none. */
    summaries: Type.Optional(Type.Array(WantedSummary, { maxItems: summaryKinds.length })),
  },
  { additionalProperties: false },
);
export type Preference = Static<typeof Preference>;
