import { backtest } from './backtest.ts';
import type { Benchmark } from './benchmark.ts';
import { inboxCommit } from './choices/inbox-commit.ts';
import { lookUps } from './choices/look-ups.ts';
import { opsTransaction } from './choices/ops-transaction.ts';
import { snapshots } from './choices/snapshots.ts';
import { sums } from './choices/sums.ts';
import { threads } from './choices/threads.ts';
import { flood } from './flood.ts';
import { flows } from './flows.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { ingest } from './ingest.ts';
import { notify } from './notify.ts';
import { rules } from './rules.ts';
import { tasks } from './tasks.ts';

/** All of them, in the order in which `npm run bench` runs them. */
export const benchmarks: readonly Benchmark[] = [
  ingest,
  notify,
  history,
  backtest,
  rules,
  tasks,
  idle,
  flood,
  flows,
];

/** What `npm run bench choices` runs: not how fast the platform is, but what it chose among. */
export const choices: readonly Benchmark[] = [inboxCommit, opsTransaction, snapshots, sums, lookUps, threads];
