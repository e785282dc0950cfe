import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  day,
  type EpochMs,
  epochMs,
  hour,
  minute,
  type PersonId,
  type PlaceId,
  plus,
  type TaskId,
} from '#model/brand.ts';
import type { TaskHistoryEntry, TaskState } from '#model/task.ts';
import type { openOpsWriter } from '#store/ops/open-writer.ts';

const grids = 10;
const roomsOfGrid = 60;
const workers = 50;
const categories = ['fire', 'elderly-care', 'facilities', 'environment', 'resident-report'];
const from = epochMs(Date.parse('2025-11-01T00:00:00+08:00'));
const tasksOfTransaction = 2_000;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

/** A community of ten grids. */
export const yearOfTasks = {
  community: {
    community: { id: 'bench', timezone: 'Asia/Shanghai' },
    places: numbers(grids).flatMap((grid) => [
      { id: `g${grid}`, kind: 'grid', parent: 'bench' },
      ...numbers(roomsOfGrid).map((room) => ({ id: `r${grid}-${room}`, kind: 'room', parent: `g${grid}` })),
    ]),
    people: numbers(workers).map((worker) => ({
      id: `w-${worker}`,
      role: 'grid-worker',
      places: [`g${worker % grids}`],
    })),
  },
};

/** Tasks of a year, each with the history of its life, as if a platform had lived through it. */
export async function fillWithTasks(given: {
  readonly path: string;
  readonly root: string;
  readonly count: number;
}): Promise<void> {
  const url = pathToFileURL(join(given.root, 'store/ops/open-writer.ts')).href;
  const module = (await import(url)) as { openOpsWriter: typeof openOpsWriter };
  const writer = await module.openOpsWriter(given.path, { quarantineKey: Buffer.alloc(32, 7) });
  for (let first = 0; first < given.count; first += tasksOfTransaction) {
    writer.begin();
    for (let index = first; index < Math.min(given.count, first + tasksOfTransaction); index++) {
      const { entries, id, row } = lifeOf(index, given.count);
      // The history before its task, which is then changed once: its milestones are worked out at each change.
      for (const entry of entries) writer.appendHistory(id, entry);
      writer.putTask({ ...row, id, state: 'filed' });
      writer.putTask({ ...row, id });
    }
    writer.commit();
  }
  writer.close();
}

type Step = readonly [action: string, to: TaskState, afterMs: number];
const work: readonly Step[] = [
  ['accept', 'accepted', 20 * minute],
  ['start', 'in-progress', 10 * minute],
  ['feedback', 'feedback', 3 * hour],
];
const filed: readonly Step[] = [
  ['file', 'filed', 0],
  ['dispatch', 'dispatched', 0],
];

/** One in a hundred is open, one in ten was sent back, one in five rated. */
function stepsOf(index: number): readonly Step[] {
  if (index % 100 === 99)
    return [filed, [...filed, ...work.slice(0, 1)], [...filed, ...work]][index % 3] ?? filed;
  const again: readonly Step[] =
    index % 10 === 0 ? [['rework', 'rework', 2 * hour], ['dispatch', 'dispatched', 0], ...work] : [];
  const rated: readonly Step[] = index % 5 === 0 ? [['evaluate', 'evaluated', 2 * day]] : [];
  return [...filed, ...work, ...again, ['close', 'closed', 5 * hour], ...rated];
}

function lifeOf(index: number, count: number) {
  const id = `t-${index}` as TaskId;
  const createdAt = epochMs(from + Math.floor((365 * day * index) / count));
  const worker = `w-${index % workers}`;
  const entries = historyOf(stepsOf(index), { at: createdAt, worker, rating: 1 + ((index / 5) % 5) });
  const at = (action: string): EpochMs | null =>
    entries.findLast((entry) => entry.action === action)?.at ?? null;
  const [acceptedAt, fedBackAt] = [at('accept'), at('feedback')];
  const rating = at('evaluate') === null ? {} : { rating: 1 + ((index / 5) % 5) };
  const row = {
    version: entries.length,
    state: entries.at(-1)?.to ?? ('filed' as const),
    category: categories[index % categories.length] ?? 'fire',
    severity: 'minor' as const,
    title: { zh: `任务 ${index}`, en: `Task ${index}` },
    place: `r${index % grids}-${(index * 7) % roomsOfGrid}` as PlaceId,
    assignee: worker as PersonId,
    also: [],
    reason: null,
    rule: null,
    key: null,
    lifeSafety: false,
    alarms: [],
    checklist: [],
    createdAt,
    dispatchedAt: createdAt,
    acceptedAt,
    acceptBy: plus(createdAt, 30 * minute),
    handleBy: acceptedAt === null ? null : plus(acceptedAt, (index % 7) * hour),
    closeBy: fedBackAt === null ? null : plus(fedBackAt, (index % 9) * hour),
    closedAt: at('close'),
    ...rating,
    join: null,
    lastAlarmAt: null,
    reRaiseMs: null,
  };
  return { id, row, entries };
}

function historyOf(
  steps: readonly Step[],
  { at, rating, worker }: { readonly at: EpochMs; readonly rating: number; readonly worker: string },
): readonly TaskHistoryEntry[] {
  let now = at;
  let state: TaskState | null = null;
  return steps.map(([action, to, afterMs]) => {
    now = plus(now, afterMs);
    const because = action === 'evaluate' ? ([{ code: 'rated', rating }] as const) : [];
    const actor = action === 'dispatch' ? 'system' : worker;
    const entry = { at: now, actor, action, from: state, to, comment: null, reason: null, because };
    state = to;
    return entry;
  });
}
