import type { Alarm } from '../../api/types.ts';
import { useTexts } from '../../i18n/texts.ts';
import { durationParts } from './alarm-state.ts';

/** How alarms are spoken of. */
export function useAlarmWords() {
  const { t, local, word } = useTexts();
  return {
    /** The rule by its name, else by what we call it, else by its id. */
    ruleName: (alarm: Pick<Alarm, 'rule' | 'ruleName'>): string =>
      local(alarm.ruleName ?? undefined, word('rule-names', alarm.rule)),
    /** `3 min 20 s` */
    duration: (ms: number): string =>
      durationParts(ms)
        .map(({ unit, value }) => t(`alarms.unit-${unit}`, { value }))
        .join(' '),
  };
}
