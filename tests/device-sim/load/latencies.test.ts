import { describe, expect, it } from 'vitest';
import { Latencies } from '#device-sim/load/latencies.ts';
import { fc } from '#tests/support/properties.ts';

/** What a histogram of three digits may be off by. */
const isClose = (value: number, exact: number): boolean => Math.abs(value - exact) <= exact * 0.002 + 0.001;

describe('latencies', () => {
  it('are told in ms, to three digits', () => {
    const latencies = new Latencies();
    for (let ms = 1; ms <= 1_000; ms++) latencies.record(ms);
    const { count, maxMs, meanMs, p50Ms, p99Ms } = latencies.summary();
    expect(count).toBe(1_000);
    for (const [value, exact] of [
      [meanMs, 500.5],
      [p50Ms, 500],
      [p99Ms, 990],
      [maxMs, 1_000],
    ] as const)
      expect(isClose(value, exact), `${value} for ${exact}`).toBe(true);
  });

  it('without any are 0, without a spectrum', () => {
    const latencies = new Latencies();
    expect(new Set(Object.values(latencies.summary()))).toEqual(new Set([0]));
    expect(latencies.spectrum()).toEqual([]);
  });

  it('that were taken are forgotten', () => {
    const latencies = new Latencies();
    latencies.record(7);
    expect(latencies.takeSummary().count).toBe(1);
    expect(latencies.summary().count).toBe(0);
  });

  it('have a spectrum that rises to 100 % and ends in the greatest', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1 }), (values) => {
        const latencies = new Latencies();
        for (const value of values) latencies.record(value);
        const spectrum = latencies.spectrum();
        for (const [index, point] of spectrum.entries()) {
          const before = spectrum[index - 1];
          expect(point.percentile).toBeGreaterThanOrEqual(before?.percentile ?? 0);
          expect(point.ms).toBeGreaterThanOrEqual(before?.ms ?? 0);
          expect(point.above).toBeLessThanOrEqual(before?.above ?? values.length);
        }
        expect(spectrum.at(-1)).toEqual({ percentile: 100, ms: latencies.summary().maxMs, above: 0 });
      }),
    );
  });
});
