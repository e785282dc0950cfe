import { expect, it } from 'vitest';
import { surviveKills } from '#tests/store/history/kill-rounds.ts';

// Six files of five kills each: looking at all that a file holds grows with what it holds.
it.each(['append', 'maintain', 'purge'] as const)(
  'the DuckDB history survives kill -9 thirty times while it runs: %s',
  async (mode) => {
    const struck = new Set<string>();
    for (let file = 1; file <= 6; file++) for (const work of await surviveKills(mode, 5)) struck.add(work);
    // Retention has kills of its own: kill-upkeep.test.ts.
    if (mode !== 'append') expect([...struck]).toEqual(expect.arrayContaining(['sorting', 'roll-ups']));
  },
);
