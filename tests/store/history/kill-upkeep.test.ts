import { describe, expect, it } from 'vitest';
import { surviveUpkeepKills } from '#tests/store/history/kill-upkeep.ts';

describe('kill -9', () => {
  it('ten times in what takes out what is older than is kept: nothing else is gone, and the next run ends it', async () => {
    const struck = await surviveUpkeepKills('retention', 10);
    expect(struck.filter(({ work }) => work === 'retention').length).toBeGreaterThan(1);
  }, 120_000);

  it('ten times in an erasure: it comes to its end when it was ordered, and nothing else is gone', async () => {
    const struck = await surviveUpkeepKills('erasure', 10);
    expect(struck.filter(({ isCopying, isOrdered }) => isCopying && isOrdered).length).toBeGreaterThan(1);
  }, 120_000);
});
