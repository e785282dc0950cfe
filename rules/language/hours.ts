/** A window of the day on some days of the week, in the community's zone. */
export interface HoursOfDay {
  /** Minutes after midnight. `toMinute` ≤ `fromMinute`: the window runs into the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Seven entries, Monday first: whether a window begins on that day. */
  readonly days: readonly boolean[];
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const minuteOfDay = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};

/** `mon-fri,sun` → seven booleans, Monday first; a span may run over the weekend (`sat-mon`). Undefined: unreadable. */
export function parseDays(text: string): readonly boolean[] | undefined {
  const days = dayNames.map(() => false);
  for (const part of text.split(',')) {
    const [from = '', to = from] = part.trim().split('-');
    const first = dayNames.indexOf(from);
    const last = dayNames.indexOf(to);
    if (first < 0 || last < 0) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      days[day] = true;
      if (day === last) break;
    }
  }
  return days;
}

/** `from` and `to` as `HH:MM`; undefined when the days cannot be read. */
export function parseHours(source: { from: string; to: string; days?: string }): HoursOfDay | undefined {
  const days = parseDays(source.days ?? 'mon-sun');
  return days && { fromMinute: minuteOfDay(source.from), toMinute: minuteOfDay(source.to), days };
}
