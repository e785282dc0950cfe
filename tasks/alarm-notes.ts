import type { Alarm, AlarmNote } from '#model/alarm.ts';

/** An alarm may be disposed, or change its severity, for weeks: it is written whole each time, and stays light. */
const mostOfASort = 20;

const isSaid = ({ action }: AlarmNote): boolean => action === 'acknowledged' || action === 'disposed';

/** The alarm with one more note: the newest of what people said, and the newest of what the rule said, are kept. */
export function noted<A extends Alarm>(alarm: A, note: AlarmNote): A {
  const notes = [...(alarm.notes ?? []), note];
  const ofItsSort = notes.filter((each) => isSaid(each) === isSaid(note));
  const dropped = ofItsSort.length > mostOfASort ? ofItsSort[0] : undefined;
  return { ...alarm, notes: notes.filter((each) => each !== dropped) };
}
