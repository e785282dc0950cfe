import { describe, expect, it } from 'vitest';
import { afterCrash, judgeSilence, usualTimings } from '#app/flows/restart-policy.ts';
import { minute, second } from '#model/brand.ts';

describe('after a crash', () => {
  it('waits twice as long each time, up to five minutes, and pauses flows from the fifth on', () => {
    let crashes = 0;
    const course = Array.from({ length: 12 }, () => {
      const next = afterCrash(crashes, second, usualTimings);
      crashes = next.crashesInARow;
      return [next.waitMs / second, next.isSafe] as const;
    });
    expect(course.map(([seconds]) => seconds)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    expect(course.map(([, isSafe]) => isSafe).indexOf(true)).toBe(4);
  });

  it('never waits longer than a timer takes, however often it was', () => {
    expect(afterCrash(100_000, 0, usualTimings).waitMs).toBe(5 * minute);
  });

  it('begins anew when it ran well for ten minutes', () => {
    expect(afterCrash(4, 10 * minute, usualTimings)).toEqual({
      crashesInARow: 1,
      waitMs: second,
      isSafe: false,
    });
    expect(afterCrash(4, 10 * minute - 1, usualTimings).isSafe).toBe(true);
  });
});

describe('silence', () => {
  const judge = (silentMs: number, cpuMs: number | null, isStarting = false) =>
    judgeSilence({ silentMs, cpuMs, isStarting }, usualTimings);

  it('of one that computes is a hang after ten seconds', () => {
    expect(judge(9_999, 9_999)).toBeNull();
    expect(judge(10_000, 10_000)).toBe('hung');
  });

  it('of one that does not get to compute is a busy machine, for five minutes', () => {
    expect(judge(10_000, 100)).toBeNull();
    expect(judge(299_999, 100)).toBeNull();
    expect(judge(300_000, 100)).toBe('hung');
  });

  it('is a hang where nobody knows what it computes', () => {
    expect(judge(10_000, null)).toBe('hung');
  });

  it('at the start is the start: for a minute, or for five where it does not get to compute', () => {
    expect(judge(30_000, 30_000, true)).toBeNull();
    expect(judge(60_000, 60_000, true)).toBe('not-started');
    expect(judge(60_000, null, true)).toBe('not-started');
    expect(judge(60_000, 1_000, true)).toBeNull();
    expect(judge(299_999, 5_000, true)).toBeNull();
    expect(judge(300_000, 5_000, true)).toBe('not-started');
  });
});
