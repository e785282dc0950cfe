import { describe, expect, it } from 'vitest';
import { downtimesOf } from '#app/downtimes.ts';
import { epochMs } from '#model/brand.ts';

const downtimes = [{ from: 100, to: 200 }];
const start = { clock: 'system', listeningSince: epochMs(1_000) } as const;

describe('when Gridbell heard nothing', () => {
  it('is when it was down, whenever that was', () => {
    expect(downtimesOf({ downtimes, now: epochMs(1_000) }, start)).toEqual(downtimes);
  });

  it('is also what the engine has not caught up with since the start', () => {
    expect(downtimesOf({ downtimes, now: epochMs(900) }, start)).toEqual([
      ...downtimes,
      { from: 900, to: 1_000 },
    ]);
    expect(downtimesOf(null, start)).toEqual([{ from: 0, to: 1_000 }]);
  });

  it('is on the data clock what the engine says alone', () => {
    expect(downtimesOf({ downtimes, now: epochMs(900) }, { ...start, clock: 'data' })).toEqual(downtimes);
  });
});
