import { type Static, type TSchema, Type } from 'typebox';
import { localTextOf } from '#model/text.ts';

/**
 * How messages of a make that Gridbell has no dialect for become readings: the resource `mapping` of the API and of community
 * files, named by gateways of the dialect `custom`. docs/mappings.md says what each key means; ingest/mapping/ compiles it. Keys are
 * single words, so that files and the API write the same.
 */
const closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** A query of RFC 9535 within the message (`$…`) or within an entry of `each` (`@…`). */
const Path = Type.String({ minLength: 1, maxLength: 200, title: 'path: $.a.b, or @.a below each' });
/** A path, or a text that may name levels of the topic: `{room}-{id}`. */
const Source = Type.String({ minLength: 1, maxLength: 200, title: 'path, or text with {level}' });
const Word = Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean()]);
/** What words mean; null: they say nothing. */
const Words = Type.Record(Type.String({ maxLength: 256 }), Type.Union([Word, Type.Null()]), {
  maxProperties: 200,
});

export const MappingCondition = closed({
  at: Path,
  is: Type.Union([Word, Type.Array(Word, { minItems: 1, maxItems: 100 })]),
});
export type MappingCondition = Static<typeof MappingCondition>;

export const MappingValue = closed({
  /** Of the catalogue, or a name of one's own for a number or a boolean. */
  property: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  at: Type.Optional(Path),
  /** What is said whenever such a message comes. */
  value: Type.Optional(Word),
  unit: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  factor: Type.Optional(Type.Number()),
  offset: Type.Optional(Type.Number()),
  /** Whether that bit of the number is set; 0 is the lowest. */
  bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 52 })),
  words: Type.Optional(Words),
  /** An object whose members are values under their own names. */
  members: Type.Optional(Path),
  /** Members that are not. */
  except: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 })),
});
export type MappingValue = Static<typeof MappingValue>;

export const MappingTime = closed({
  at: Path,
  /** `iso`, `s`, `ms`, `us`, `ns` since 1970, or a pattern such as `dd/MM/yyyy HH:mm:ss`. */
  as: Type.String({ minLength: 1, maxLength: 40 }),
  /** IANA zone of times without one; default: the community's. */
  zone: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
});
export type MappingTime = Static<typeof MappingTime>;

export const MappingMessage = closed({
  topic: Type.String({ minLength: 1, maxLength: 1_000 }),
  when: Type.Optional(
    Type.Union([MappingCondition, Type.Array(MappingCondition, { minItems: 1, maxItems: 20 })]),
  ),
  /** Understood, and says nothing. */
  pass: Type.Optional(Type.Boolean()),
  /** What follows is for each of these by itself. */
  each: Type.Optional(Path),
  /** Absent: the gateway itself speaks. */
  address: Type.Optional(Source),
  name: Type.Optional(Source),
  model: Type.Optional(Source),
  kind: Type.Optional(Source),
  time: Type.Optional(MappingTime),
  online: Type.Optional(Type.Union([Type.Boolean(), closed({ at: Path, words: Type.Optional(Words) })])),
  /** By which the maker counts messages. */
  number: Type.Optional(Path),
  /** What was, or is said again: history, and no alarm. */
  past: Type.Optional(Type.Union([Type.Boolean(), MappingCondition])),
  values: Type.Optional(Type.Array(MappingValue, { maxItems: 200 })),
});
export type MappingMessage = Static<typeof MappingMessage>;

export const MappingIdSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', title: 'mapping id' });
/** So many an installation takes. */
export const mostMappings = 500;

export const payloadFormats = ['json', 'text', 'pairs', 'csv'] as const;
export type PayloadFormat = (typeof payloadFormats)[number];

export const Mapping = Type.Object(
  {
    id: MappingIdSchema,
    name: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), localTextOf(200)])),
    /** Default json. */
    format: Type.Optional(Type.Unsafe<PayloadFormat>(Type.String({ enum: [...payloadFormats] }))),
    messages: Type.Array(MappingMessage, { minItems: 1, maxItems: 50 }),
  },
  { additionalProperties: false, title: 'Mapping' },
);
export type Mapping = Static<typeof Mapping>;

/** Something that is wrong with a mapping, and where: `messages[0].values[2].at`. */
export interface MappingFault {
  readonly path: string;
  readonly message: string;
}
