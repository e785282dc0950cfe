import type { Alarm } from '../../api/types.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useNames } from '../../queries/names.ts';
import { durationParts } from './alarm-state.ts';

/** How alarms are spoken of. */
export function useAlarmWords() {
  const { t } = useTexts();
  const names = useNames();
  return {
    ruleName: ({ rule, ruleName }: Pick<Alarm, 'rule' | 'ruleName'>): string => names.rule(rule, ruleName),
    /** `3 min 20 s` */
    duration: (ms: number): string =>
      durationParts(ms)
        .map(({ unit, value }) => t(`alarms.unit-${unit}`, { value }))
        .join(' '),
  };
}
