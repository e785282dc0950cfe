import { describe, expect, it } from 'vitest';
import { fc } from '#tests/support/properties.ts';
import {
  cellAt,
  cellFor,
  colourOf,
  type HeatRow,
  heatSteps,
  outlinesOf,
  rowsOf,
  scaleOf,
  stepOf,
  truthScaleOf,
} from '../../dashboards/console/src/charts/heat/heat-shape.ts';

const hour = 3_600_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const row = (...values: readonly (number | null)[]): HeatRow => ({
  device: 'd',
  place: 'p',
  cells: values.flatMap((value, index) => (value === null ? [] : [{ at: start + index * hour, value }])),
});

describe('a heat map', () => {
  it('leaves the place of a cell empty in which nothing was said', () => {
    const rows = rowsOf({
      at: [new Date(start).toISOString(), new Date(start + hour).toISOString()],
      rows: [{ device: 'd', place: 'p', values: [null, 21] }],
    });
    expect(rows).toEqual([{ device: 'd', place: 'p', cells: [{ at: start + hour, value: 21 }] }]);
    const only = rows[0] ?? row();
    expect(cellAt(only, start + 5, hour)).toBeUndefined();
    expect(cellAt(only, start + hour + 5, hour)).toEqual({ at: start + hour, value: 21 });
  });

  it('draws neighbours of a colour as one, and stops where a cell is empty', () => {
    const rows = [row(1, 1, null, 1, 9)];
    const scale = { bounds: [5] };
    const range = { from: start, to: start + 5 * hour };
    const paths = outlinesOf(rows, { everyMs: hour, range, scale });
    expect(paths).toHaveLength(heatSteps);
    expect(paths[0]).toBe('M0 0h120v1h-120zM180 0h60v1h-60z');
    expect(paths[heatSteps - 1]).toBe('M240 0h60v1h-60z');
  });

  it('cuts a cell that begins before the time that is shown', () => {
    const range = { from: start + hour / 2, to: start + 2 * hour };
    const [path] = outlinesOf([row(1)], { everyMs: hour, range, scale: { bounds: [] } }).filter(Boolean);
    expect(path).toBe('M0 0h30v1h-30z');
  });

  it('has steps of round numbers, and one outlier does not make all others alike', () => {
    const values = [...Array.from({ length: 100 }, (_, index) => 18 + index / 20), 400];
    expect(scaleOf([row(...values)]).bounds).toEqual([19, 20, 21, 22]);
    expect(scaleOf([row(5, 5)]).bounds).toEqual([]);
    expect(scaleOf([]).bounds).toEqual([]);
  });

  it('has no and yes of what is true or not, and one of them where only one was said', () => {
    const scale = truthScaleOf([row(0, 1), row(0)]);
    expect([0, 1].map((value) => stepOf(value, scale))).toEqual([0, 1]);
    expect([0, 1].map((step) => colourOf(step, scale))).toEqual([0, heatSteps - 1]);
    expect(truthScaleOf([row(1, 1)]).bounds).toEqual([]);
  });

  it.each([
    ['too close to tell apart', [1e6, 1e6 + 2 ** -33]],
    ['nothing and the least number that there is', [0, 5e-324]],
  ])('has no steps between values that are %s', (_, values) => {
    expect(scaleOf([row(...values)]).bounds).toEqual([]);
  });

  it('never has more steps than colours, and more is never paler', () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(numbers, (values) => {
        const scale = scaleOf([row(...values)]);
        expect(scale.bounds.length).toBeLessThan(heatSteps);
        const colours = values
          .toSorted((a, b) => a - b)
          .map((value) => colourOf(stepOf(value, scale), scale));
        expect(colours).toEqual(colours.toSorted((a, b) => a - b));
        for (const colour of colours) expect(colour).toBeLessThan(heatSteps);
      }),
      // Steps that were added up, not counted, came to one too many.
      { examples: [[[-1.0000000000000001e-154, -5e-324]]] },
    );
  });

  it('has cells that are wide enough to be seen, of an hour at least where it shows half a day and more', () => {
    const over = (hours: number, widthPx: number) =>
      cellFor({ from: start, to: start + hours * hour }, widthPx).every;
    expect(over(1, 800)).toBe('15m');
    expect(over(24, 800)).toBe('1h');
    expect(over(7 * 24, 900)).toBe('1h');
    expect(over(7 * 24, 220)).toBe('6h');
    expect(over(365 * 24, 900)).toBe('7d');
  });
});
