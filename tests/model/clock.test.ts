import { describe, expect, it } from 'vitest';
import { SteadyClock } from '#model/clock.ts';
import { fc } from '#tests/support/properties.ts';

const start = 1_732_233_600_000;
const years = 10 * 365 * 86_400_000;

/** A machine whose time passes, and whose wall clock is set, by hand. */
function machine() {
  const steps: [number, number][] = [];
  let wall = start;
  let monotonic = 17.25;
  const clock = new SteadyClock({
    wall: () => wall,
    monotonicMs: () => monotonic,
    onStep: (from, to) => steps.push([from, to]),
  });
  const pass = (ms: number) => {
    wall += ms;
    monotonic += ms;
    return clock.now();
  };
  const step = (ms: number) => {
    wall += ms;
    return clock.now();
  };
  return { clock, steps, pass, step };
}

describe('a steady clock', () => {
  it.each([2_000, -2_000, 1, -1])('follows a step of %i ms at once and says nothing', (ms) => {
    const { pass, step, steps } = machine();
    expect(pass(1_000)).toBe(start + 1_000);
    expect(step(ms)).toBe(start + 1_000 + ms);
    expect(pass(100_000)).toBe(start + 101_000 + ms);
    expect(steps).toEqual([]);
  });

  it.each([years, -years, 2_001, -2_001])(
    'takes no notice of a step of %i ms that lasts for 200 ms',
    (ms) => {
      const { pass, step, steps } = machine();
      expect(step(ms)).toBe(start);
      expect(pass(200)).toBe(start + 200);
      expect(step(-ms)).toBe(start + 200);
      expect(pass(120_000)).toBe(start + 120_200);
      expect(steps).toEqual([]);
    },
  );

  it.each([years, -years])(
    'believes a step of %i ms after it has lasted for a minute and tells it once',
    (ms) => {
      const { pass, step, steps } = machine();
      step(ms);
      expect(pass(59_999)).toBe(start + 59_999);
      expect(steps).toEqual([]);
      expect(pass(1)).toBe(start + 60_000 + ms);
      expect(pass(5_000)).toBe(start + 65_000 + ms);
      expect(steps).toEqual([[start + 60_000, start + 60_000 + ms]]);
    },
  );

  it('does not add up steps that do not last: another step begins the minute again', () => {
    const { pass, step, steps } = machine();
    step(years);
    pass(40_000);
    step(-2 * years);
    expect(pass(59_000)).toBe(start + 99_000);
    expect(steps).toEqual([]);
    expect(pass(1_000)).toBe(start + 100_000 - years);
    expect(steps).toHaveLength(1);
  });

  it('believes a step while the clock is slewed', () => {
    const { pass, step, steps } = machine();
    step(years);
    for (let second = 0; second < 59; second++) {
      pass(1_000);
      step(100);
    }
    expect(steps).toEqual([]);
    expect(pass(1_000)).toBe(start + 60_000 + years + 5_900);
  });

  it('goes on by the monotonic source whatever the wall clock does for less than a minute', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -years, max: years }), { maxLength: 50 }),
        fc.integer({ min: 0, max: 1_000 }),
        (offsets, everyMs) => {
          let monotonic = 0;
          let offset = 0;
          const clock = new SteadyClock({
            wall: () => start + monotonic + offset,
            monotonicMs: () => monotonic,
          });
          for (offset of offsets.filter((one) => Math.abs(one) > 2_000)) {
            monotonic += everyMs;
            expect(clock.now()).toBe(start + monotonic);
          }
        },
      ),
    );
  });
});
