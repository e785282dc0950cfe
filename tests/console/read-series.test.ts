import { expect, it } from 'vitest';
import {
  type AskReadings,
  type ReadingsQuery,
  readSeries,
} from '../../dashboards/console/src/charts/series/read-series.ts';

type Points = readonly (readonly [number, unknown])[];

/** Answers by what is asked; `many`: there are more readings than are drawn one by one. */
function clientOf(answers: Readonly<Record<string, Points>>, many: boolean) {
  const asked: ReadingsQuery[] = [];
  const client: AskReadings = async (_device, query) => {
    asked.push(query);
    const points = answers[query.fn ?? 'raw'] ?? [];
    return {
      points: points.map(([at, value]) => ({ at: new Date(at).toISOString(), value })),
      next: many && query.fn === undefined ? 'more' : null,
      source: query.fn === undefined ? undefined : ('1m' as const),
    };
  };
  return { asked, client };
}
const key = { device: 'd', property: 'p' };
const range = { from: 1_000_000, to: 1_000_000 + 24 * 3_600_000 };

it('few readings are shown one by one; what is no value is left out', async () => {
  const { asked, client } = clientOf(
    {
      raw: [
        [range.from, 1],
        [range.from + 5, { x: 1 }],
      ],
    },
    false,
  );
  expect(await readSeries(client, key, range)).toEqual({
    points: [{ at: range.from, value: 1 }],
    everyMs: null,
  });
  expect(asked).toHaveLength(1);
});

it('a state goes on from before the beginning', async () => {
  const { client } = clientOf({ raw: [[range.from + 60, true]], last: [[0, false]] }, false);
  expect((await readSeries(client, key, range)).points).toEqual([
    { at: range.from, value: false },
    { at: range.from + 60, value: true },
  ]);
});

it('many numbers come as means with the least and the most', async () => {
  const at = range.from;
  const { asked, client } = clientOf(
    { raw: [[at, 5]], avg: [[at, 5]], min: [[at, 1]], max: [[at, 9]] },
    true,
  );
  expect(await readSeries(client, key, range)).toEqual({
    points: [{ at, value: 5, min: 1, max: 9 }],
    everyMs: 300_000,
    source: '1m',
  });
  expect(asked.map(({ every, fn }) => [every, fn])).toEqual([
    [undefined, undefined],
    ['5m', 'avg'],
    ['5m', 'min'],
    ['5m', 'max'],
  ]);
});

it('many states come as whether any was true, and what it was in the end', async () => {
  const at = range.from;
  const { client } = clientOf({ raw: [[at, true]], max: [[at, 1]], last: [[at, false]] }, true);
  expect((await readSeries(client, key, range)).points).toEqual([{ at, value: true, last: false }]);
});

it('readings that are kept no longer are shown by the summaries that they left behind', async () => {
  const day = 24 * 3_600_000;
  const month = { from: range.from, to: range.from + 30 * day };
  const { client } = clientOf(
    { raw: [[month.to - day, 5]], last: [[month.from + day, 4]], avg: [[month.from + day, 4]] },
    false,
  );
  const read = await readSeries(client, key, month);
  expect(read.points).toEqual([{ at: month.from + day, value: 4, min: 4, max: 4 }]);
  expect(read.source).toBe('1m');
});
