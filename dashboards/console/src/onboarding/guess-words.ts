import type { Device } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { usePropertyWords } from '../queries/property-words.ts';

/** What a device seems to be, and how Gridbell came to think so. */
export function useGuessWords() {
  const { t } = useTexts();
  const words = usePropertyWords();
  return {
    kindWords: (kind: string): string =>
      kind === 'unknown' ? t('onboarding.kind-unknown') : words.kind(kind),
    guessWords({ because, from }: NonNullable<Device['guess']>): string {
      if (from === 'gateway') return t('onboarding.guess-gateway');
      if (from === 'nothing') return t('onboarding.guess-nothing');
      const said = because.map(words.label);
      return said.length === 0
        ? t('onboarding.guess-hidden')
        : t('onboarding.guess-properties', { said: said.join(t('onboarding.and')) });
    },
  };
}
