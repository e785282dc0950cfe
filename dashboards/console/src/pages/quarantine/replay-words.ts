import { useTexts } from '../../i18n/texts.ts';
import type { ReplayAnswer } from './quarantine-queries.ts';

/** More than the server takes at once. */
const mostAtOnce = 10_000;

/** What a replay came to, and whether more waits. */
export function useReplayWords(): (answer: ReplayAnswer) => string {
  const { t } = useTexts();
  return ({ asked, outcome }) => {
    if (outcome === null || asked === 0) return t('quarantine.nothing-left');
    const { read, replayed, returned } = outcome;
    const result =
      returned === 0
        ? t('quarantine.all-read', { replayed, read })
        : t('quarantine.some-returned', { replayed, read, returned });
    return asked >= mostAtOnce ? `${result} ${t('quarantine.more-waits')}` : result;
  };
}
