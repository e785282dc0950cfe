/** In the order of the week, as rosters write them. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const order: readonly string[] = weekdays;

interface Hours {
  readonly days: string;
  readonly from: string;
}

/** The days that `mon-fri,sun` names; a range may run over the week's end: `sat-mon`. */
export function daysIn(text: string): readonly Weekday[] {
  const named = new Set(
    text.split(',').flatMap((part) => {
      const [first = '', last = first] = part.split('-');
      const from = order.indexOf(first);
      const to = order.indexOf(last);
      if (from < 0 || to < 0) return [];
      return from <= to
        ? weekdays.slice(from, to + 1)
        : [...weekdays.slice(from), ...weekdays.slice(0, to + 1)];
    }),
  );
  return weekdays.filter((day) => named.has(day));
}

/** The same as a roster writes it, days in a row as a range: `mon-fri,sun`. */
export function daysText(days: readonly Weekday[]): string {
  const runs: Weekday[][] = [];
  for (const [index, day] of weekdays.entries()) {
    if (!days.includes(day)) continue;
    const before = weekdays[index - 1];
    const run = runs.at(-1);
    if (run !== undefined && before !== undefined && run.includes(before)) run.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join())).join();
}

/** The shifts that begin on a day, the earliest first. */
export const shiftsOn = <Shift extends Hours>(shifts: readonly Shift[], day: Weekday): readonly Shift[] =>
  shifts.filter(({ days }) => daysIn(days).includes(day)).toSorted((a, b) => a.from.localeCompare(b.from));

/** The day of the week that it is on the walls of a zone. */
export function weekdayOf(at: number, timeZone: string): Weekday {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' }).format(at).toLowerCase();
  return weekdays.find((day) => day === name) ?? 'mon';
}
