import type { Alarm } from '../../api/types.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useNames } from '../../queries/names.ts';
import { durationParts } from './alarm-state.ts';

/** How alarms are spoken of. */
export function useAlarmWords() {
  const { local, t } = useTexts();
  const names = useNames();
  return {
    /** What its rule is called, or, where somebody from outside raised it, what they called it. */
    title: ({ rule, ruleName, title }: Pick<Alarm, 'rule' | 'ruleName' | 'title'>): string =>
      local(title ?? undefined) || names.rule(rule, ruleName),
    /** Its place, and its device where it has one. */
    where: ({ device, place }: Pick<Alarm, 'device' | 'place'>): string =>
      [names.place(place), ...(device === null ? [] : [names.device(device)])].join(' · '),
    /** `3 min 20 s` */
    duration: (ms: number): string =>
      durationParts(ms)
        .map(({ unit, value }) => t(`alarms.unit-${unit}`, { value }))
        .join(' '),
  };
}
