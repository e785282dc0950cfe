import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { GridbellError } from '#model/errors.ts';
import type { Language, Wording } from '#notify/channel.ts';
import { builtInTexts, type TextName, type Texts, textNames } from '#notify/templates.ts';
import { templateProblem } from '#notify/wording.ts';

const Parts = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    body: Type.Optional(Type.String({ minLength: 1, maxLength: 5_000 })),
  },
  { additionalProperties: false },
);
const OwnTexts = Type.Object(
  { zh: Type.Optional(Parts), en: Type.Optional(Parts) },
  { additionalProperties: false },
);
const languages = ['zh', 'en'] as const satisfies readonly Language[];
const parts = ['title', 'body'] as const satisfies readonly (keyof Wording)[];

/**
 * Reads `notify: texts:`: per kind of notice, language and part what is said instead of the built-in words.
 * @throws GridbellError `invalid-input` that names every mistake.
 */
export function textsOf(text: string): Texts {
  const problems: string[] = [];
  const written = Object.entries((parse(text) ?? {}) as Record<string, unknown>);
  const own = new Map<TextName, Texts[TextName]>();
  for (const [key, value] of written) {
    const name = textNames.find((known) => known === key);
    const found =
      name === undefined ? `there is no such kind; there are ${textNames.join(', ')}` : ownText(name, value);
    if (typeof found === 'string') problems.push(`notify: texts: ${key.slice(0, 50)}: ${found}`);
    else if (name !== undefined) own.set(name, found);
  }
  if (problems.length > 0)
    throw new GridbellError('invalid-input', `${problems.join('; ')}; see docs/notifications.md`);
  return { ...builtInTexts, ...Object.fromEntries(own) };
}

/** The text with the built-in words where none of its own are given, or what is wrong with it. */
function ownText(name: TextName, value: unknown): Texts[TextName] | string {
  if (!Value.Check(OwnTexts, value)) {
    const [error] = Value.Errors(OwnTexts, value);
    const isUnknown = error?.keyword === 'boolean';
    return `${error?.instancePath.replaceAll('/', ' ').trim() || 'it'} ${isUnknown ? 'is not known: there are zh and en, with title and body' : error?.message}`;
  }
  for (const language of languages)
    for (const part of parts) {
      const template = value[language]?.[part];
      const problem = template === undefined ? null : templateProblem(template, name);
      if (problem !== null) return `${language} ${part}: ${problem}`;
    }
  const { en, zh } = builtInTexts[name];
  return { zh: { ...zh, ...value.zh }, en: { ...en, ...value.en } };
}
