import { createI18n } from 'vue-i18n';

export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];

const storageKey = 'gridbell-language';
/** As the `lang` of the page has it. */
const tags: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };

interface Messages {
  readonly [key: string]: string | Messages;
}
const files = import.meta.glob<Messages>('./locales/*/*.json', { eager: true, import: 'default' });

/** `locales/zh/tasks.json` holds what is under `tasks.` in Chinese: a page has a file of its own in each language. */
function messagesOf(language: Language): Record<string, Messages> {
  const found: Record<string, Messages> = {};
  for (const [path, messages] of Object.entries(files)) {
    const [, folder, name] = /\/(\w+)\/([\w-]+)\.json$/.exec(path) ?? [];
    if (folder === language && name !== undefined) found[name] = messages;
  }
  return found;
}

const isLanguage = (text: string | null): text is Language => languages.some((language) => language === text);

/** What the person chose before, else what the browser asks for; Chinese unless that is English. */
function firstLanguage(): Language {
  const chosen = localStorage.getItem(storageKey);
  if (isLanguage(chosen)) return chosen;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

/** vue-i18n with every message of both languages; the page says which one it is in. */
export function createMessages() {
  const language = firstLanguage();
  document.documentElement.lang = tags[language];
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'en',
    messages: { zh: messagesOf('zh'), en: messagesOf('en') },
  });
}

/** Remembers the choice for the next visit. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = tags[language];
}

export const languageTag = (language: Language): string => tags[language];
