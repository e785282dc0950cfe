import { type Alarm, type Disposition, dispositions } from '#model/alarm.ts';
import {
  type AlarmId,
  type EpochMs,
  epochMs,
  minute,
  type PersonId,
  type PlaceId,
  plus,
  type RuleId,
} from '#model/brand.ts';
import type { TaskHistoryEntry, TaskState } from '#model/task.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import { alarm, task } from '#tests/store/ops/support/samples.ts';

/** Where and by whom something happens in examples/demo-community.yaml. */
const places = [
  'b1-0101',
  'b2-0201',
  'b3-0502',
  'b3',
  'b4-0702',
  'b5-0402',
  'b6-0202',
  'g1',
  'g2-garden',
  'lianfang-1',
];
const workers = ['w-zhou', 'w-sun', 'w-he', 'w-guo', 'c-lin', 'm-wu'];
const categories = ['fire', 'elderly-care', 'facilities', 'environment', 'resident-report'];
const rules = ['smoke-alarm', 'sos-pressed', 'water-leak', null, null] as const;
const severities = ['critical', 'major', 'minor', 'warning'] as const;

/** Numbers from 0 to 1 that are the same for the same seed. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Way = readonly (readonly [action: string, to: TaskState])[];
const toFiled: Way = [
  ['file', 'filed'],
  ['dispatch', 'dispatched'],
];
const work: Way = [
  ['accept', 'accepted'],
  ['start', 'in-progress'],
  ['feedback', 'feedback'],
];
const done: Way = [...toFiled, ...work, ['close', 'closed']];
const reported: Way = [
  ['report', 'reported'],
  ['verify', 'verifying'],
];
const pause: Way = [
  ['suspend', 'suspended'],
  ['resume', 'in-progress'],
];
const again: Way = [['rework', 'rework'], ['dispatch', 'dispatched'], ...work];

/** Ways that a task can go, those of states included that need more than one person. */
const ways: readonly Way[] = [
  done,
  done,
  done,
  [...done, ['alarm-cleared', 'closed']],
  [...done, ['evaluate', 'evaluated']],
  [...reported, ...done],
  [...reported, ['reject', 'rejected']],
  [...toFiled, ...work, ...again, ['close', 'closed']],
  [...toFiled, ...work.slice(0, 2), ...pause, ['feedback', 'feedback'], ['close', 'closed']],
  [...done, ['reopen', 'dispatched'], ...work, ['close', 'closed']],
  [...done, ['evaluate', 'evaluated'], ['reopen', 'dispatched']],
  [...toFiled, ['void', 'void']],
  [...toFiled, ['return', 'returned'], ['file', 'filed'], ['dispatch', 'dispatched'], ...work],
  [...toFiled, ...work.slice(0, 2)],
  [...toFiled, ...work.slice(0, 2), ['suspend', 'suspended']],
  toFiled,
  [['file', 'filed']],
  reported,
];

/** A time of the demo community, with tasks that went every way there is. Not of tasks/: those states came later. */
export function liveThrough(
  writer: OpsWriter,
  {
    count,
    first = 0,
    from,
    seed,
    to,
  }: {
    readonly count: number;
    /** Number of the first task. */
    readonly first?: number;
    readonly from: EpochMs;
    readonly to: EpochMs;
    readonly seed: number;
  },
): void {
  const next = chance(seed);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(next() * list.length)];
    if (found === undefined) throw new Error('an empty list');
    return found;
  };
  for (let index = first; index < first + count; index++) {
    const createdAt = epochMs(Math.floor(from + ((to - from) * (index - first)) / count));
    const way = pick(ways);
    const worker = pick(workers);
    const rule = way[0]?.[0] === 'report' ? null : pick(rules);
    const row = {
      rule: rule as RuleId | null,
      place: pick(places) as PlaceId,
      category: pick(categories),
      severity: pick(severities),
      assignee: worker as PersonId,
      alarms: rule === null ? [] : [`a-${index}` as AlarmId],
      createdAt,
      dispatchedAt: createdAt,
      acceptBy: next() < 0.1 ? null : plus(createdAt, 30 * minute),
    };
    if (rule !== null)
      writer.putAlarm(alarmOf(index, rule, { ...row, disposition: pick([...dispositions, null]) }));
    const id = `t-${index}`;
    // As it was when it was filed, so that whoever was called was called.
    writer.putTask(task(id, { ...row, state: 'dispatched' }));
    const { acceptedAt, entries, fedBackAt, state } = historyOf(way, createdAt, { next, worker });
    writer.putTask(
      task(id, {
        ...row,
        version: 2,
        state,
        acceptedAt,
        verifyBy: way[0]?.[0] === 'report' ? plus(createdAt, Math.ceil(next() * 600) * minute) : null,
        closeBy: fedBackAt === null ? null : plus(fedBackAt, Math.ceil(next() * 3_000) * minute),
        handleBy: acceptedAt === null ? null : plus(acceptedAt, Math.ceil(next() * 6_000) * minute),
      }),
    );
    for (const entry of entries) writer.appendHistory(task(id).id, entry);
  }
}

interface Lived {
  readonly state: TaskState;
  readonly acceptedAt: EpochMs | null;
  /** The last time; null where it was sent back. */
  readonly fedBackAt: EpochMs | null;
  readonly entries: readonly TaskHistoryEntry[];
}

/** Steps that follow each other after minutes or days, those of the work by the worker. */
function historyOf(
  way: Way,
  createdAt: EpochMs,
  { next, worker }: { readonly next: () => number; readonly worker: string },
): Lived {
  const entries: TaskHistoryEntry[] = [];
  let at = createdAt;
  let state: TaskState | null = null;
  for (const [action, to] of way) {
    const actor = ['accept', 'start', 'feedback'].includes(action) ? worker : 'l-zhao';
    const comment = next() < 0.3 ? 'a word' : null;
    const rating = Math.ceil(next() * 5);
    const because = action === 'evaluate' ? ([{ code: 'rated', rating }] as const) : [];
    entries.push({ at, actor, action, from: state, to, comment, reason: null, because });
    state = to;
    at = plus(at, Math.ceil(next() ** 3 * (action === 'file' ? 1 : 3_000) * minute));
  }
  const acceptedAt = entries.find(({ action }) => action === 'accept')?.at ?? null;
  const waits = state === 'feedback' || state === 'closed' || state === 'evaluated';
  const fedBackAt = waits ? (entries.findLast(({ to }) => to === 'feedback')?.at ?? null) : null;
  return { state: state ?? 'filed', acceptedAt, fedBackAt, entries };
}

function alarmOf(
  index: number,
  rule: string,
  {
    createdAt,
    disposition,
    ...row
  }: Pick<Alarm, 'place' | 'category' | 'severity'> & {
    createdAt: EpochMs;
    disposition: Disposition | null;
  },
): Alarm {
  return alarm(`a-${index}`, {
    rule: rule as RuleId,
    place: row.place,
    category: row.category,
    severity: row.severity,
    startedAt: createdAt,
    state: 'cleared',
    clearedAt: createdAt,
    ...(disposition === null ? {} : { disposition }),
  });
}
