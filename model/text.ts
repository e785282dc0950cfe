import { type Static, Type } from 'typebox';

/** A text in the languages that Gridbell speaks, each of at most so many characters. */
export const localTextOf = (maxLength: number) =>
  Type.Object(
    { zh: Type.Optional(Type.String({ maxLength })), en: Type.Optional(Type.String({ maxLength })) },
    { additionalProperties: false },
  );

/** A text in the languages that Gridbell speaks; at least one is there. A bare string in a file counts for both. */
export const LocalText = localTextOf(2_000);
export type LocalText = Static<typeof LocalText>;

/** The text in the wanted language, else in the other one. */
export const inLanguage = (text: LocalText, language: 'zh' | 'en'): string =>
  (language === 'zh' ? (text.zh ?? text.en) : (text.en ?? text.zh)) ?? '';
