import { numberOf } from '#bench/benchmark.ts';
import { stopwatch } from '#model/clock.ts';
import { Alternatives } from './alternatives.ts';
import { choice } from './choice.ts';

const ours = 'integers, running';
const window = 60;
/** Whole numbers of the resolution, as devices say them: `read` makes the numbers that JSON gives. */
interface Series {
  readonly what: string;
  readonly perUnit: number;
  /** In steps of the resolution. */
  readonly threshold: number;
  readonly steps: readonly number[];
}

/** Whether the mean of the last values is at the threshold or above, after each value. */
type Judge = (values: Float64Array, series: Series) => Uint8Array;

const judges: Readonly<Record<string, Judge>> = {
  [ours]: (values, { perUnit, threshold }) => {
    const decisions = new Uint8Array(values.length);
    const ring = new Float64Array(window);
    let sum = 0;
    for (let index = 0; index < values.length; index++) {
      const step = Math.round((values[index] ?? 0) * perUnit);
      sum += step - (ring[index % window] ?? 0);
      ring[index % window] = step;
      decisions[index] = Number(sum >= threshold * Math.min(index + 1, window));
    }
    return decisions;
  },
  'floats, running': (values, { perUnit, threshold }) => {
    const decisions = new Uint8Array(values.length);
    const limit = threshold / perUnit;
    let sum = 0;
    for (let index = 0; index < values.length; index++) {
      sum += values[index] ?? 0;
      if (index >= window) sum -= values[index - window] ?? 0;
      decisions[index] = Number(sum / Math.min(index + 1, window) >= limit);
    }
    return decisions;
  },
  'floats, summed anew': (values, { perUnit, threshold }) => {
    const decisions = new Uint8Array(values.length);
    const limit = threshold / perUnit;
    for (let index = 0; index < values.length; index++) {
      let sum = 0;
      const from = Math.max(0, index - window + 1);
      for (let at = from; at <= index; at++) sum += values[at] ?? 0;
      decisions[index] = Number(sum / (index - from + 1) >= limit);
    }
    return decisions;
  },
};

export const sums = choice({
  name: 'sums',
  what: 'how windows are summed: decisions that differ from the exact ones, and time; sixty values a window',
  options: { decisions: { default: 600_000, what: 'threshold decisions of each series' } },
  measure: async (_directory, options) => {
    const all = new Alternatives(ours);
    for (const series of seriesOf(numberOf(options, 'decisions'))) {
      const exact = exactly(series);
      const values = Float64Array.from(series.steps, (step) => step / series.perUnit);
      for (const [name, judge] of Object.entries(judges)) {
        judge(values, series);
        const beganMs = stopwatch();
        const decisions = judge(values, series);
        const tookNs = (stopwatch() - beganMs) * 1e6;
        const wrong = decisions.reduce((sum, decision, index) => sum + Number(decision !== exact[index]), 0);
        all.add(series.what, name, {
          'wrong decisions': [wrong, ''],
          time: [tookNs / values.length, 'ns'],
        });
      }
    }
    return all.figures();
  },
});

/** Summed anew in whole numbers: what is right. */
function exactly({ steps, threshold }: Series): Uint8Array {
  return Uint8Array.from(steps, (_, index) => {
    const last = steps.slice(Math.max(0, index - window + 1), index + 1);
    return Number(last.reduce((sum, step) => sum + step, 0) >= threshold * last.length);
  });
}

function seriesOf(length: number): Series[] {
  const chance = chances();
  const steps = (next: (before: number, index: number) => number, first: number): number[] => {
    let step = first;
    return Array.from({ length }, (_, index) => {
      step = next(step, index);
      return step;
    });
  };
  const near = (middle: number) => (before: number) =>
    before + chance(3) - 1 - Math.sign(before - middle) * chance(2);
  // A tank at its limit: it stands there for long, and leaves it for a while.
  const standing = (_: number, index: number): number => 303 + (index % 1_000 < 80 ? chance(5) - 2 : 0);
  return [
    { what: 'wanders about the limit, 0.1', perUnit: 10, threshold: 303, steps: steps(near(303), 303) },
    {
      what: 'wanders about the limit, 0.001',
      perUnit: 1_000,
      threshold: 30_300,
      steps: steps(near(30_300), 30_300),
    },
    { what: 'stands at the limit, 0.1', perUnit: 10, threshold: 303, steps: steps(standing, 303) },
  ];
}

/** Whole numbers below a limit; the same row of them in every run. */
function chances(): (limit: number) => number {
  let seed = 1;
  return (limit) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return Math.floor((seed / 2_147_483_647) * limit);
  };
}
