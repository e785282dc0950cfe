import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { iso, stopwatch } from '#model/clock.ts';
import { type Benchmark, type Figure, numberOf, type RunOptions } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { PlatformProcess } from './server/platform-process.ts';
import { fillWithTasks, yearOfTasks } from './year-of-tasks.ts';

const month = {
  from: epochMs(Date.parse('2026-09-01T00:00:00+08:00')),
  to: epochMs(Date.parse('2026-10-01T00:00:00+08:00')),
};

export const tasks: Benchmark = {
  name: 'tasks',
  what: 'the list of tasks, a monthly report and a recount of it, and actions, with a year of tasks in the store',
  repeats: 3,
  peers: [],
  options: {
    tasks: { default: 200_000, what: 'tasks of a year, one in a hundred of them open' },
    requests: { default: 40, what: 'requests of each kind' },
  },
  run: async (subject, options) => {
    if (subject.kind !== 'gridbell') throw new Error('only Gridbell has tasks');
    const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
    try {
      return await runIn(directory, subject.root, options);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function runIn(directory: string, root: string, options: RunOptions): Promise<Figure[]> {
  const count = numberOf(options, 'tasks');
  const requests = numberOf(options, 'requests');
  const env = { GRIDBELL_DATA_DIR: join(directory, 'data') };
  const started = () => PlatformProcess.start({ root, profileTo: options.profileTo, env });
  {
    await using empty = await started();
    await empty.api.send('POST', '/api/v1/import', yearOfTasks.community);
  }
  const store = join(directory, 'data', 'ops.db');
  options.say(`storing ${count} tasks`);
  const began = stopwatch();
  await fillWithTasks({ path: store, root, count });
  const filled = new PartFigures('the store').add('filled', 's', (stopwatch() - began) / 1_000).figures;
  const start = stopwatch();
  await using platform = await started();
  const ready = new PartFigures('the store').add(
    'start',
    's',
    (stopwatch() - start) / 1_000,
    'lower',
  ).figures;
  return [
    ...filled,
    ...ready,
    ...(await lists(platform, requests)),
    ...(await report(platform, store)),
    ...(await actions(platform, requests)),
  ];
}

interface Listed {
  readonly items: readonly { readonly id: string; readonly version: number }[];
  readonly next: string | null;
}

const closedIn = `closedFrom=${encodeURIComponent(iso(month.from))}&closedTo=${encodeURIComponent(iso(month.to))}`;
/** By what people ask of it. */
const asked: Readonly<Record<string, string>> = {
  newest: '',
  'of a grid': 'place=g7',
  'of a worker': 'assignee=w-7',
  'that are open': 'state=dispatched,accepted,in-progress,feedback',
  'that are overdue': 'overdue=true',
  'closed in a month': closedIn,
  'of a category, sent back': 'category=facilities&reworked=true',
};

async function lists(platform: PlatformProcess, requests: number): Promise<readonly Figure[]> {
  const figures = new PartFigures('a page of 100 tasks');
  for (const [name, query] of Object.entries(asked)) {
    const path = `/api/v1/tasks?history=1&limit=100&${query}`;
    add(figures, name, await timed(requests, () => platform.api.send('GET', path)));
  }
  add(figures, 'counts', await timed(requests, () => platform.api.send('GET', '/api/v1/tasks/counts')));
  const walk = stopwatch();
  const found = await walked(platform, closedIn);
  figures.add('all that were closed in a month', 's', (stopwatch() - walk) / 1_000, 'lower');
  return figures.add('tasks in it', '1', found).figures;
}

async function walked(platform: PlatformProcess, query: string): Promise<number> {
  let found = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Listed = await platform.api.send(
      'GET',
      `/api/v1/tasks?history=1&limit=1000&${query}${after}`,
    );
    found += page.items.length;
    cursor = page.next;
  }
  return found;
}

interface Counted {
  readonly counts: readonly { readonly id: string; readonly value: number }[];
}

/** Throws when the report and the recount say different things. */
async function report(platform: PlatformProcess, store: string): Promise<readonly Figure[]> {
  const figures = new PartFigures('a month');
  const began = stopwatch();
  const { counts } = await platform.api.send<Counted>(
    'GET',
    '/api/v1/summaries/monthly?date=2026-09-10&format=json',
  );
  figures.add('report', 's', (stopwatch() - began) / 1_000, 'lower');
  const again = stopwatch();
  const recounted = recount(store, month);
  figures.add('recount by SQL of tasks and histories', 's', (stopwatch() - again) / 1_000);
  for (const [id, value] of Object.entries(recounted)) {
    const said = counts.find((each) => each.id === id)?.value;
    if (said !== value) throw new Error(`${id}: the report says ${said}, the recount ${value}`);
    figures.add(id, '1', value);
  }
  return figures.figures;
}

/** By nothing but tasks and their histories. */
function recount(store: string, { from, to }: { readonly from: EpochMs; readonly to: EpochMs }) {
  using db = new DatabaseSync(store, { readOnly: true });
  const one = (text: string): number => Number(Object.values(db.prepare(text).get() ?? {})[0]);
  const isIn = (what: string): string => `${what} >= ${from} and ${what} < ${to}`;
  const last = (where: string): string =>
    `(select count(*) from (select max(at) as at from task_history join tasks on tasks.id = task
      where ${where} group by task) where ${isIn('at')})`;
  const isDone = `state in ('closed', 'evaluated')`;
  return {
    reported: one(`select count(*) from tasks where ${isIn(`body ->> '$.createdAt'`)}`),
    due: one(`select count(*) from tasks where ${isIn('coalesce(handle_by, accept_by)')}`),
    closed: one(`select ${last(`to_state = 'closed' and ${isDone}`)}`),
    handled: one(`select ${last(`to_state = 'feedback'`)}`),
    rated: one(`select ${last(`action = 'evaluate'`)}`),
  };
}

/** Each on a task of its own. */
async function actions(platform: PlatformProcess, requests: number): Promise<readonly Figure[]> {
  const { items } = await platform.api.send<Listed>(
    'GET',
    `/api/v1/tasks?history=1&state=dispatched&limit=${requests}`,
  );
  const left = [...items];
  const act = async (): Promise<void> => {
    const task = left.pop();
    if (task === undefined) throw new Error('there are too few open tasks');
    await platform.api.send('POST', `/api/v1/tasks/${task.id}/urge`, { version: task.version });
  };
  const figures = new PartFigures('an action');
  add(figures, 'urge', await timed(items.length, act));
  return figures.figures;
}

/** Milliseconds of each, one after the other. */
async function timed(times: number, work: () => Promise<unknown>): Promise<readonly number[]> {
  const took: number[] = [];
  for (let count = 0; count < times; count++) {
    const began = stopwatch();
    await work();
    took.push(stopwatch() - began);
  }
  return took.sort((a, b) => a - b);
}

/** Nearest rank. */
function add(figures: PartFigures, name: string, sortedMs: readonly number[]): void {
  const at = (share: number): number => sortedMs[Math.ceil(share * sortedMs.length) - 1] ?? 0;
  figures.add(`${name}, p50`, 'ms', at(0.5), 'lower').add(`${name}, p99`, 'ms', at(0.99), 'lower');
}
