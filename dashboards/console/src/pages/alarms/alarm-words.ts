import type { Alarm } from '../../api/types.ts';
import { useTexts } from '../../i18n/texts.ts';
import { durationParts } from './alarm-state.ts';

/** How alarms are spoken of. */
export function useAlarmWords() {
  const { t, local, word } = useTexts();
  return {
    /** The rule by its name, else by what we call it, else by its id. */
    ruleName({ rule, ruleName }: Pick<Alarm, 'rule' | 'ruleName'>): string {
      const given = local(ruleName ?? undefined, rule);
      return given === rule ? word('rule-names', rule) : given;
    },
    /** `3 min 20 s` */
    duration: (ms: number): string =>
      durationParts(ms)
        .map(({ unit, value }) => t(`alarms.unit-${unit}`, { value }))
        .join(' '),
  };
}
