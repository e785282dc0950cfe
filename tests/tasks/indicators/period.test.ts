import { expect, it } from 'vitest';
import { iso } from '#model/clock.ts';
import { daysOf, isNight, periodBefore, periodOf } from '#tasks/indicators/period.ts';

const shanghai = 'Asia/Shanghai';
const said = (period: ReturnType<typeof periodOf>) => period && [iso(period.from), iso(period.to)];

it('a day, a week from Monday and a month are those of the community’s zone', () => {
  expect(said(periodOf('daily', '2026-03-04', shanghai))).toEqual([
    '2026-03-03T16:00:00.000Z',
    '2026-03-04T16:00:00.000Z',
  ]);
  // A Sunday belongs to the week that began on Monday.
  expect(said(periodOf('weekly', '2026-03-08', shanghai))).toEqual([
    '2026-03-01T16:00:00.000Z',
    '2026-03-08T16:00:00.000Z',
  ]);
  expect(said(periodOf('monthly', '2026-02-28', shanghai))).toEqual([
    '2026-01-31T16:00:00.000Z',
    '2026-02-28T16:00:00.000Z',
  ]);
  for (const date of ['2026-02-30', '2026-2-3', 'today', '2026-02-03T00:00'])
    expect(periodOf('daily', date, shanghai)).toBeUndefined();
});

it('a day on which the clock changes has 23 or 25 hours, and the one before it is a whole one', () => {
  const march = periodOf('daily', '2026-03-29', 'Europe/Berlin');
  if (!march) throw new Error('no period');
  expect((march.to - march.from) / 3_600_000).toBe(23);
  const before = periodBefore(march, 'daily', 'Europe/Berlin');
  expect([(before.to - before.from) / 3_600_000, before.to]).toEqual([24, march.from]);
  expect(daysOf({ from: before.from, to: march.to }, 'Europe/Berlin')).toEqual([before, march]);
});

it('a month is compared with the one before it, any other time with as much before it', () => {
  const march = periodOf('monthly', '2026-03-04', shanghai);
  if (!march) throw new Error('no period');
  expect(said(periodBefore(march, 'monthly', shanghai))).toEqual(
    said(periodOf('monthly', '2026-02-01', shanghai)),
  );
  expect(march.from - periodBefore(march, null, shanghai).from).toBe(march.to - march.from);
  expect(isNight(march.from, shanghai)).toBe(true);
});
