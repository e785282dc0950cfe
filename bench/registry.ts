import type { Benchmark } from './benchmark.ts';
import { flood } from './flood.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { ingest } from './ingest.ts';

/** All of them, in the order in which `npm run bench` runs them. */
export const benchmarks: readonly Benchmark[] = [ingest, history, idle, flood];
