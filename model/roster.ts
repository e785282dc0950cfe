import { DateTime } from 'luxon';
import { type EpochMs, epochMs } from '#model/brand.ts';
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

/** From ≤ t < to. */
export interface DutyWindow {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

type Hours = Pick<Shift, 'days' | 'from' | 'to'>;

/**
 * When a shift that begins on the local day of `day` is on, by the wall clock of that day's zone; undefined: it does not
 * begin then. `days` name the day on which a shift begins; one whose `to` is not after its `from` ends on the next day, so
 * 00:00–00:00 is a whole day. On the day of a clock change a shift keeps its wall-clock times: it is an hour longer or
 * shorter. A time that occurs twice means the first; one that does not occur means as long after midnight's offset would
 * have put it.
 */
function windowOn(shift: Hours, day: DateTime): DutyWindow | undefined {
  if (!namesDay(shift.days, day.weekday)) return undefined;
  const from = minutesOf(shift.from);
  const to = minutesOf(shift.to);
  const end = to > from ? to : to + dayMinutes;
  return { from: epochMs(wallTime(day, from)), to: epochMs(wallTime(day, end)) };
}

/** A local day of a zone, and the windows of it and of the day before that were asked for. */
interface KnownDay extends DutyWindow {
  readonly start: DateTime;
  readonly windows: Map<string, readonly DutyWindow[]>;
}

const mostZones = 16;
/** Whoever is on duty around the clock is looked ahead for a fortnight (tasks/duty-time.ts). */
const mostDays = 32;
const mostHours = 1_000;
/**
 * Who is on duty is asked for every task, and the answer takes some hundred times as long to compute as to look up: days that
 * were asked for stay at hand, by zone.
 */
const knownDays = new Map<string, KnownDay[]>();

function dayOf(at: EpochMs, zone: string): KnownDay {
  const days = knownDays.get(zone);
  const known = days?.find(({ from, to }) => at >= from && at < to);
  if (known) return known;
  const start = DateTime.fromMillis(at, { zone }).startOf('day');
  const from = epochMs(start.toMillis());
  const to = epochMs(start.plus({ days: 1 }).toMillis());
  const day: KnownDay = { start, from, to, windows: new Map() };
  if (days && days.length < mostDays) days.push(day);
  else {
    if (knownDays.size >= mostZones) knownDays.clear();
    knownDays.set(zone, [day]);
  }
  return day;
}

/** The window of a shift in which `at` lies; undefined: it is not on then. With a zone that does not exist it never is. */
export function dutyAt(shift: Hours, at: EpochMs, zone: string): DutyWindow | undefined {
  const { start, windows } = dayOf(at, zone);
  const hours = `${shift.days} ${shift.from} ${shift.to}`;
  let near = windows.get(hours);
  if (!near) {
    near = [start, start.minus({ days: 1 })].flatMap((day) => windowOn(shift, day) ?? []);
    if (windows.size >= mostHours) windows.clear();
    windows.set(hours, near);
  }
  return near.find(({ from, to }) => at >= from && at < to);
}

/** Whether a shift is on at `at` by the wall clock of `zone` (IANA). */
export const isOnDuty = (shift: Hours, at: EpochMs, zone: string): boolean =>
  dutyAt(shift, at, zone) !== undefined;

/** Every window of a shift that has a part between `from` and `to`, in order. */
export function dutiesBetween(shift: Hours, { from, to }: DutyWindow, zone: string): readonly DutyWindow[] {
  const windows: DutyWindow[] = [];
  let day = DateTime.fromMillis(from, { zone }).startOf('day').minus({ days: 1 });
  for (; day.isValid && day.toMillis() < to; day = day.plus({ days: 1 })) {
    const window = windowOn(shift, day);
    if (window && window.to > from && window.from < to) windows.push(window);
  }
  return windows;
}
