import { readdirSync, readFileSync } from 'node:fs';
import type { Language } from '#tests/support/browser/view.ts';

interface Words {
  readonly [key: string]: string | Words;
}

const folder = 'dashboards/console/src/i18n/locales';

const wordsOf = (language: Language): Words =>
  Object.fromEntries(
    readdirSync(`${folder}/${language}`)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [
        file.replace(/\.json$/, ''),
        JSON.parse(readFileSync(`${folder}/${language}/${file}`, 'utf8')) as Words,
      ]),
  );

const words: Readonly<Record<Language, Words>> = { zh: wordsOf('zh'), en: wordsOf('en') };

/**
 * What the console says for a key, from its own word lists: a test looks for what is meant, not for how it is put.
 * @throws when there is no such word
 */
export function said(language: Language, key: string, values: Readonly<Record<string, string>> = {}): string {
  let found: string | Words | undefined = words[language];
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  if (typeof found !== 'string') throw new Error(`the console has no word ${key} in ${language}`);
  return found.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

/** Of words with something filled in, what stands before it. */
export const saidFirst = (language: Language, key: string): string =>
  said(language, key).replace(/\s*\{.*$/s, '');
