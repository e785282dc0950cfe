import { describe, expect, it } from 'vitest';
import { surviveUpkeepKills } from '#tests/store/history/kill-upkeep.ts';

describe('kill -9', () => {
  it('ten times in what takes out what is older than is kept: nothing else is gone, and the next run ends it', async () => {
    const amid = await surviveUpkeepKills({
      work: 'retention',
      rounds: 10,
      isAmid: ({ work }) => work === 'retention',
    });
    expect(amid).toBeGreaterThan(1);
  });

  it('ten times in an erasure: it comes to its end when it was ordered, and nothing else is gone', async () => {
    const amid = await surviveUpkeepKills({
      work: 'erasure',
      rounds: 10,
      isAmid: ({ isCopying, isOrdered }) => isCopying && isOrdered,
    });
    expect(amid).toBeGreaterThan(1);
  });
});
