import { computed, shallowRef } from 'vue';
import { ApiProblem } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { useToasts } from '../layout/toasts.ts';

/** A deed that is asked about before it is done (ConfirmDialog); what came of it is said, and then nobody is asked any more. */
export function useAsking<Subject>() {
  const { word } = useTexts();
  const { say } = useToasts();
  const asked = shallowRef<Subject | null>(null);

  /** Does it, and says what it answers or, in words, why not. */
  async function attempt(deed: () => Promise<string>): Promise<void> {
    try {
      say(await deed());
    } catch (error) {
      say(word('problems', error instanceof ApiProblem ? error.code : 'internal'), 'problem');
    }
    asked.value = null;
  }
  return {
    /** What it is about; null: nobody is asked. */
    asked,
    /** For `v-model:open`. */
    isAsking: computed({
      get: () => asked.value !== null,
      set: (isOpen: boolean) => {
        if (!isOpen) asked.value = null;
      },
    }),
    attempt,
    /** `attempt` of what is asked about. */
    async confirm(deed: (subject: Subject) => Promise<string>): Promise<void> {
      const subject = asked.value;
      if (subject !== null) await attempt(() => deed(subject));
    },
  };
}
