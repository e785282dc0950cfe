import { DateTime } from 'luxon';
import type { EpochMs } from '#model/brand.ts';
import type { Shift } from '#model/community.ts';

const weekdays: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const dayMinutes = 24 * 60;

/** `22:00` → 1320; `24:00` → 1440. */
function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Whether `mon-fri,sun` names a weekday (1 = Monday … 7 = Sunday); a range may run over the week's end: `sat-mon`. */
function namesDay(days: string, weekday: number): boolean {
  return days.split(',').some((part) => {
    const [first = '', last = first] = part.split('-');
    const from = weekdays.indexOf(first);
    const to = weekdays.indexOf(last);
    const day = weekday - 1;
    return from <= to ? day >= from && day <= to : day >= from || day <= to;
  });
}

/** A wall-clock time, counted in minutes from the beginning of a local day; over 24 h lies on the next day. */
function wallTime(day: DateTime, minutes: number): number {
  const date = day.plus({ days: Math.floor(minutes / dayMinutes) });
  const rest = minutes % dayMinutes;
  return date.set({ hour: Math.floor(rest / 60), minute: rest % 60 }).toMillis();
}

/**
 * Whether a shift is on at `at`: from ≤ at < to by the wall clock of `zone` (IANA). `days` name the day on which a
 * shift begins; one whose `to` is not after its `from` ends on the next day, so 00:00–00:00 is a whole day. On the day
 * of a clock change a shift keeps its wall-clock times: it is an hour longer or shorter. A time that occurs twice
 * means the first; one that does not occur means as long after midnight's offset would have put it. With a zone that
 * does not exist nobody is on duty.
 */
export function isOnDuty(shift: Pick<Shift, 'days' | 'from' | 'to'>, at: EpochMs, zone: string): boolean {
  const today = DateTime.fromMillis(at, { zone }).startOf('day');
  const from = minutesOf(shift.from);
  const to = minutesOf(shift.to);
  const end = to > from ? to : to + dayMinutes;
  return [today, today.minus({ days: 1 })].some(
    (day) => namesDay(shift.days, day.weekday) && at >= wallTime(day, from) && at < wallTime(day, end),
  );
}
