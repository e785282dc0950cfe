import { createI18n } from 'vue-i18n';
import type { Vocabulary } from './vocabulary.ts';

export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'gridbell-language';
/** As the `lang` of the page has it. */
const tags: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };

const isLanguage = (text: string | null): text is Language => languages.some((language) => language === text);

/** What the person chose before, else what the browser asks for; Chinese unless that is English. */
function firstLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (isLanguage(chosen)) return chosen;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

/** vue-i18n in the person's language, and when its words are there; those of another come with the choice of it. */
export function createMessages(vocabulary: Vocabulary) {
  const language = firstLanguage();
  document.documentElement.lang = tags[language];
  const messages = createI18n({
    legacy: false,
    locale: language as string,
    fallbackLocale: false,
    messages: {},
  });
  const spoken = (): Language => (messages.global.locale.value === 'zh' ? 'zh' : 'en');
  return {
    messages,
    loaded: vocabulary.in(language).then((all) => messages.global.setLocaleMessage(language, all)),
    /** Until what a page says is known. */
    async learn(page: string): Promise<void> {
      const language = spoken();
      messages.global.mergeLocaleMessage(language, await vocabulary.ofPage(page, language));
    },
  };
}

/** Remembers the choice for the next visit. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = tags[language];
}

export const languageTag = (language: Language): string => tags[language];
