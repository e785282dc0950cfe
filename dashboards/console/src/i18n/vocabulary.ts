import { type InjectionKey, inject } from 'vue';
import type { Language } from './language.ts';
import type { Words } from './words.ts';

/** Where words come from, by language: those before any page (`first`), and those of each page. */
export type WordLoaders = Readonly<
  Record<Language, Readonly<Record<string, () => Promise<{ readonly default: Words }>>>>
>;

/** What has been said so far: the frame, and the pages that were opened. */
export interface Vocabulary {
  /** All of it, in this language. */
  in(language: Language): Promise<Words>;
  /** Resolves with what a page says besides, which belongs to it from now on. */
  ofPage(page: string, language: Language): Promise<Words>;
}

export function createVocabulary(loaders: WordLoaders): Vocabulary {
  const spoken = new Set(['first']);
  const wordsOf = async (part: string, language: Language): Promise<Words> =>
    (await loaders[language][part]?.())?.default ?? {};
  return {
    async in(language) {
      const parts = await Promise.all([...spoken].map((part) => wordsOf(part, language)));
      return Object.assign({}, ...parts) as Words;
    },
    ofPage(page, language) {
      spoken.add(page);
      return wordsOf(page, language);
    },
  };
}

export const vocabularyKey: InjectionKey<Vocabulary> = Symbol('vocabulary');

/** The words of other languages. @throws outside of the console's app */
export function useVocabulary(): Vocabulary {
  const vocabulary = inject(vocabularyKey);
  if (vocabulary === undefined) throw new Error('no vocabulary was provided');
  return vocabulary;
}
