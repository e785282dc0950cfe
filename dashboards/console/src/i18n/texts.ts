import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { LocalText } from '../api/types.ts';
import { loadAfresh } from '../router/load-afresh.ts';
import { keepLanguage, type Language } from './language.ts';
import { useVocabulary } from './vocabulary.ts';

/** The words of the page in the person's language, and texts of the community in it. */
export function useTexts() {
  const { locale, setLocaleMessage, t, te } = useI18n();
  const vocabulary = useVocabulary();
  const language = computed<Language>(() => (locale.value === 'zh' ? 'zh' : 'en'));

  return {
    t,
    language,
    async setLanguage(next: Language): Promise<void> {
      keepLanguage(next);
      try {
        setLocaleMessage(next, await vocabulary.in(next));
        locale.value = next;
      } catch {
        // The words of an older console are gone from the server: the new one comes up in the language that was chosen.
        await loadAfresh(location.pathname + location.search);
      }
    },
    /** A name that the community gave in one or both languages, else the fallback. */
    local(text: LocalText | string | undefined, fallback = ''): string {
      if (typeof text === 'string') return text;
      const [first, second] = language.value === 'zh' ? [text?.zh, text?.en] : [text?.en, text?.zh];
      return first ?? second ?? fallback;
    },
    /** A word of an open list: what has no translation yet is shown as it is. */
    word(list: string, name: string): string {
      const key = `${list}.${name}`;
      return te(key) ? t(key) : name;
    },
  };
}
