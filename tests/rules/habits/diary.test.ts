import { describe, expect, it } from 'vitest';
import { type DayJson, Diary, dayMs, learnedDays } from '#rules/engine/habits/diary.ts';
import type { Sign } from '#rules/engine/habits/sign.ts';
import { fc } from '#tests/support/properties.ts';

const start = Date.UTC(2026, 0, 10);
/** Within half an hour, as late readings are. */
const sign: fc.Arbitrary<Sign> = fc.record({
  kind: fc.constantFrom('inside', 'door'),
  at: fc.integer({ min: start, max: start + 1_800_000 }),
  room: fc.constantFrom('bedroom', 'bathroom', 'other', null),
  spot: fc.constantFrom('a', 'b', 'c'),
  isBed: fc.boolean(),
});

const written = (diary: Diary): ReadonlyMap<number, DayJson> => new Map(diary.all());
/** Whichever spot came first in a slot: what matters is that another did. */
const said = (diary: Diary): unknown =>
  [...written(diary)].map(([day, { minutes, hours }]) => [
    day,
    minutes,
    Object.entries(hours).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);
function diaryOf(signs: readonly Sign[]): Diary {
  const diary = new Diary();
  for (const each of signs) diary.add(each);
  return diary;
}

describe('a diary', () => {
  it('is the same in any order, and whatever is said twice', () => {
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 40 }), fc.func(fc.integer()), (signs, order) => {
        const mixed = [...signs, ...signs.slice(0, 5)].sort((a, b) => order(a) - order(b));
        expect(said(diaryOf(mixed))).toEqual(said(diaryOf(signs)));
      }),
    );
  });

  it('comes back from its pieces, and what changes is written once', () => {
    const diary = diaryOf(fc.sample(sign, { numRuns: 30, seed: 7 }));
    const pieces = new Map(
      [...diary.takeChanged()].flatMap(([day, json]) => (json ? [[day, json] as const] : [])),
    );
    expect(written(Diary.restore(pieces, []))).toEqual(written(diary));
    expect([...diary.takeChanged()]).toEqual([]);
  });

  it('forgets what is older than what is looked back upon, and says so', () => {
    const diary = diaryOf([{ kind: 'door', at: start }]);
    for (const _ of diary.takeChanged());
    diary.add({ kind: 'door', at: start + (learnedDays + 3) * dayMs });
    expect([...diary.takeChanged()].map(([, json]) => json === null)).toEqual(expect.arrayContaining([true]));
    expect([...diary.minutes(0, (start + 2 * dayMs) / 60_000)]).toEqual([]);
  });

  it('does not lose what comes after a clock that was a year ahead', () => {
    const diary = diaryOf([{ kind: 'door', at: start + 365 * dayMs }]);
    diary.setBack(start);
    diary.add({ kind: 'door', at: start + 60_000 });
    expect([...diary.minutes(0, (start + 400 * dayMs) / 60_000)]).toHaveLength(1);
  });
});
