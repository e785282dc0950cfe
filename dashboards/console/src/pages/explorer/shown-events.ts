import type { Alarm, Severity, Task } from '../../api/types.ts';
import type { TimeRange } from '../../charts/series/series-range.ts';
import { severities } from '../../components/severity.ts';

export const eventKinds = ['alarms', 'tasks'] as const;
export type EventKind = (typeof eventKinds)[number];

/** An alarm or a task as a mark over time. */
export interface ShownEvent {
  readonly kind: EventKind;
  readonly id: string;
  readonly from: number;
  /** null: it stands; as `from` for what is over as it begins. */
  readonly to: number | null;
  readonly severity: Severity;
}

const time = (text: string | null): number | null => (text === null ? null : Date.parse(text));

export const eventOfAlarm = ({ clearedAt, id, severity, startedAt }: Alarm): ShownEvent => ({
  kind: 'alarms',
  id,
  from: Date.parse(startedAt),
  to: time(clearedAt),
  severity,
});

export const eventOfTask = ({ closedAt, createdAt, id, severity }: Task): ShownEvent => ({
  kind: 'tasks',
  id,
  from: Date.parse(createdAt),
  to: time(closedAt),
  severity,
});

/** Whether any of it lies in the range. */
export const isWithin = ({ from, to }: ShownEvent, range: TimeRange): boolean =>
  from < range.to && (to === null || to >= range.from);

/** Tasks that came of these alarms, and what people reported at the places themselves. */
export const tasksAbout = (
  tasks: readonly Task[],
  alarms: readonly { readonly id: string }[],
  places: ReadonlySet<string>,
): readonly Task[] => {
  const ids = new Set(alarms.map(({ id }) => id));
  return tasks.filter(
    (task) => task.alarms.some((id) => ids.has(id)) || (task.alarms.length === 0 && places.has(task.place)),
  );
};

/** Marks that lie too close to be told apart, as one. */
export interface Cluster {
  /** Percent of the range. */
  readonly at: number;
  readonly severity: Severity;
  readonly events: readonly ShownEvent[];
}

/** What is left of a mark's width between two, px. */
const apartPx = 28;

/** Marks from left to right; what began before the range stands at its beginning. */
export function clustersOf(
  events: readonly ShownEvent[],
  { from, to }: TimeRange,
  widthPx: number,
): readonly Cluster[] {
  const found: { at: number; severity: Severity; events: ShownEvent[] }[] = [];
  const placed = events
    .map((event) => ({ event, at: (100 * Math.max(0, event.from - from)) / (to - from) }))
    .sort((a, b) => a.at - b.at);
  for (const { at, event } of placed) {
    const last = found.at(-1);
    if (last && ((at - last.at) * widthPx) / 100 < apartPx) {
      last.events.push(event);
      last.severity = graver(last.severity, event.severity);
    } else found.push({ at, severity: event.severity, events: [event] });
  }
  return found;
}

const graver = (a: Severity, b: Severity): Severity =>
  severities.indexOf(a) <= severities.indexOf(b) ? a : b;
