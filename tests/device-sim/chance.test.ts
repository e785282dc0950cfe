import { describe, expect, it } from 'vitest';
import { Chance, rowOf } from '#device-sim/chance/chance.ts';
import { Xoshiro } from '#device-sim/chance/xoshiro.ts';

describe('chance', () => {
  it('is xoshiro128**: the first numbers from the state 1, 2, 3, 4, as the reference code gives them', () => {
    const source = new Xoshiro([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => source.next())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('is the same for the same name, and unrelated for near ones', () => {
    const firsts = (name: string): number[] => {
      const chance = new Chance(7, name);
      return Array.from({ length: 5 }, () => chance.next());
    };
    expect(firsts('door-1')).toEqual(firsts('door-1'));
    const all = Array.from({ length: 2_000 }, (_, index) => firsts(`door-${index}`)[0] ?? 0);
    expect(new Set(all).size).toBe(2_000);
    expect(mean(all)).toBeGreaterThan(0.47);
    expect(mean(all)).toBeLessThan(0.53);
  });

  it('rows can be asked anywhere, in any order, for times as well', () => {
    const row = rowOf('x');
    const at = Date.parse('2026-01-05T00:00:00Z');
    const values = Array.from({ length: 2_000 }, (_, index) => row(at + index));
    expect(row(at + 3)).toBe(values[3]);
    expect(new Set(values).size).toBe(2_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeGreaterThan(0.47);
    expect(mean(values)).toBeLessThan(0.53);
  });

  it('keeps whole numbers and spreads within their bounds', () => {
    const chance = new Chance('bounds');
    const wholes = new Set(Array.from({ length: 500 }, () => chance.whole(2, 5)));
    expect(wholes).toEqual(new Set([2, 3, 4, 5]));
    const around = Array.from({ length: 2_000 }, () => chance.around(100, 10));
    expect(Math.min(...around)).toBeGreaterThanOrEqual(70);
    expect(Math.max(...around)).toBeLessThanOrEqual(130);
    expect(Math.abs(mean(around) - 100)).toBeLessThan(1.5);
  });
});

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
