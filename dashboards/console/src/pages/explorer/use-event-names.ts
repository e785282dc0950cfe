import { type MaybeRefOrGetter, toValue } from 'vue';
import type { Alarm, Task } from '../../api/types.ts';
import { useFormat } from '../../format/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useAlarmWords } from '../alarms/alarm-words.ts';
import type { ShownEvent } from './shown-events.ts';

/** A mark in words: what it is, how grave, since when. */
export function useEventNames(
  alarms: MaybeRefOrGetter<readonly Alarm[]>,
  tasks: MaybeRefOrGetter<readonly Task[]>,
) {
  const { local, t } = useTexts();
  const { dayTime } = useFormat();
  const words = useAlarmWords();
  return ({ from, id, kind, severity }: ShownEvent): string => {
    const said = { severity: t(`severities.${severity}`), at: dayTime(from) };
    if (kind === 'alarms') {
      const alarm = toValue(alarms).find((each) => each.id === id);
      return t('explorer.alarm-mark', { name: alarm ? words.title(alarm) : id, ...said });
    }
    const task = toValue(tasks).find((each) => each.id === id);
    return t('explorer.task-mark', { name: task ? local(task.titles, task.title) : id, ...said });
  };
}
