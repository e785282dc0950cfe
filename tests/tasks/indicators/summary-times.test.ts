import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { SummaryKind } from '#model/summary.ts';
import { dueSummaries, nextSummaryTime } from '#tasks/indicators/summary-times.ts';

const times = { timezone: 'Asia/Shanghai', at: '08:00' };
const at = (text: string): EpochMs => epochMs(Date.parse(text));
const longAgo = at('2025-01-01T00:00:00Z');

const due = (kind: SummaryKind, now: string, told?: string, since = longAgo): readonly string[] =>
  dueSummaries(
    kind,
    { now: at(now), since, toldUntil: told === undefined ? undefined : at(told) },
    times,
  ).map(({ dueAt, period }) => `${iso(period.from)} ${iso(dueAt)}`);

describe('a summary is due', () => {
  it('of a day at 08:00 of the next one by the community’s clock, not a millisecond before, once', () => {
    expect(due('daily', '2026-03-04T07:59:59.999+08:00', '2026-03-03T00:00:00+08:00')).toEqual([]);
    expect(due('daily', '2026-03-04T08:00:00+08:00', '2026-03-03T00:00:00+08:00')).toEqual([
      '2026-03-02T16:00:00.000Z 2026-03-04T00:00:00.000Z',
    ]);
    expect(due('daily', '2026-03-04T08:00:00+08:00', '2026-03-04T00:00:00+08:00')).toEqual([]);
  });

  it('of a week on Monday, of a month on the 1st', () => {
    expect(due('weekly', '2026-03-01T23:00:00+08:00', '2026-02-23T00:00:00+08:00')).toEqual([]);
    expect(due('weekly', '2026-03-02T08:00:00+08:00', '2026-02-23T00:00:00+08:00')).toEqual([
      '2026-02-22T16:00:00.000Z 2026-03-02T00:00:00.000Z',
    ]);
    expect(due('monthly', '2026-03-01T07:59:00+08:00', '2026-02-01T00:00:00+08:00')).toEqual([]);
    expect(due('monthly', '2026-03-01T08:00:00+08:00', '2026-02-01T00:00:00+08:00')).toEqual([
      '2026-01-31T16:00:00.000Z 2026-03-01T00:00:00.000Z',
    ]);
  });

  it('of each day that a downtime lay over, the oldest first, of the last seven at most', () => {
    expect(due('daily', '2026-03-04T15:00:00+08:00', '2026-03-02T00:00:00+08:00')).toHaveLength(2);
    const many = due('daily', '2026-03-04T15:00:00+08:00', '2026-01-02T00:00:00+08:00');
    expect(many).toHaveLength(7);
    expect(many.toSorted()).toEqual(many);
  });

  it('of no time that was over before somebody wanted it', () => {
    const since = at('2026-03-04T08:00:01+08:00');
    expect(due('daily', '2026-03-04T09:00:00+08:00', undefined, since)).toEqual([]);
    expect(due('daily', '2026-03-05T08:00:00+08:00', undefined, since)).toHaveLength(1);
  });

  it('not again when the clock is set back', () => {
    expect(due('daily', '2026-03-03T09:00:00+08:00', '2026-03-04T00:00:00+08:00')).toEqual([]);
  });
});

describe('the next time', () => {
  it('is today’s when that is ahead, else tomorrow’s, also where summer time begins', () => {
    expect(iso(nextSummaryTime(at('2026-03-04T07:59:59+08:00'), times))).toBe('2026-03-04T00:00:00.000Z');
    expect(iso(nextSummaryTime(at('2026-03-04T08:00:00+08:00'), times))).toBe('2026-03-05T00:00:00.000Z');
    const berlin = { timezone: 'Europe/Berlin', at: '02:30' };
    expect(iso(nextSummaryTime(at('2026-03-28T12:00:00Z'), berlin))).toBe('2026-03-29T01:30:00.000Z');
  });
});
