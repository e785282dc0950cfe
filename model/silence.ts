import { type Static, Type } from 'typebox';
import { severities } from '#model/alarm.ts';
import { PersonIdSchema, PlaceIdSchema } from '#model/community.ts';

const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

/** What a notice must be to be held back; what is not named may be anything. */
export const SilenceMatcher = Type.Object(
  {
    /** There or below. */
    place: Type.Optional(PlaceIdSchema),
    category: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    severities: Type.Optional(
      Type.Array(Type.Unsafe<(typeof severities)[number]>(Type.String({ enum: [...severities] })), {
        minItems: 1,
        maxItems: severities.length,
      }),
    ),
    rule: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    person: Type.Optional(PersonIdSchema),
    /** Without it nothing that is a matter of life is held back. */
    lifeSafety: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type SilenceMatcher = Static<typeof SilenceMatcher>;

/** Until when nobody is notified of what matches; tasks and alarms go on as they are. */
export const Silence = Type.Object(
  {
    id: Id,
    matcher: SilenceMatcher,
    /** ISO 8601 with zone. */
    until: Type.String({ format: 'date-time', maxLength: 64 }),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
    /** Who said so. */
    by: Type.String({ maxLength: 200 }),
    createdAt: Type.String({ format: 'date-time', maxLength: 64 }),
  },
  { additionalProperties: false },
);
export type Silence = Static<typeof Silence>;
