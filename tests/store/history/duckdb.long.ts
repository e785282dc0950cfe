import { it } from 'vitest';
import { surviveKills } from '#tests/store/history/kill-rounds.ts';

it.each(['append', 'maintain'] as const)(
  'the DuckDB history survives 30 times kill -9 in a row while it runs: %s',
  (mode) => surviveKills(mode, 30),
);
