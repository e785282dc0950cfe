import { describe, expect, it } from 'vitest';
import { day, epochMs, minute, type PlaceId, plus, type TaskId } from '#model/brand.ts';
import type { TaskMilestones } from '#model/task-milestones.ts';
import { measured } from '#tasks/indicators/durations.ts';
import { percentOf } from '#tasks/indicators/figures.ts';
import { Sorting, Tally } from '#tasks/indicators/tally.ts';

const from = epochMs(Date.parse('2016-12-01T00:00:00+08:00'));
const to = epochMs(Date.parse('2017-01-01T00:00:00+08:00'));
const within = plus(from, 24 * 60 * minute);

const milestonesOf = (changes: Partial<TaskMilestones>): TaskMilestones => ({
  task: 't' as TaskId,
  category: 'environment',
  place: 'g1' as PlaceId,
  severity: 'minor',
  state: 'dispatched',
  assignee: null,
  rule: null,
  createdAt: within,
  filedAt: within,
  dispatchedAt: within,
  acceptedAt: null,
  handledAt: null,
  closedAt: null,
  endedAt: null,
  reopenedAt: null,
  dueAt: null,
  inTime: null,
  verifyAt: null,
  checkAt: null,
  ratedAt: null,
  rating: null,
  reworks: 0,
  suspensions: 0,
  workMs: 0,
  ...changes,
});

function tallyOf(groups: readonly (readonly [number, Partial<TaskMilestones>])[]): Tally {
  const tally = new Tally();
  const sorting = new Sorting({ from, to });
  for (const [many, changes] of groups)
    for (let index = 0; index < many; index++) {
      const task = milestonesOf(changes);
      tally.add(task, sorting.figuresOf(task));
    }
  return tally;
}
const closed = { state: 'closed', closedAt: within, endedAt: within } as const;

describe('the indicators', () => {
  it('are those of Tianmen in December 2016, to the second decimal', () => {
    const { counts } = tallyOf([
      [737, { ...closed, dueAt: plus(within, minute), inTime: true }],
      [174, { ...closed, dueAt: plus(from, minute), inTime: false }],
      [61, { dueAt: plus(within, minute) }],
      [24, { dueAt: plus(to, minute) }],
      [58, { state: 'rejected', filedAt: null, endedAt: within }],
    ]);
    expect(counts).toMatchObject({ reported: 1054, filed: 996, due: 972, closedOfDue: 911, inTime: 737 });
    expect(percentOf(counts, 'filedRate')).toBe(94.5);
    expect(percentOf(counts, 'closeRate')).toBe(93.72);
    expect(percentOf(counts, 'inTimeRate')).toBe(75.82);
  });

  it('take what was closed after the period for open at its end, and what was due before it for overdue', () => {
    const { counts } = tallyOf([
      [2, { ...closed, closedAt: to, endedAt: to, dueAt: plus(to, -1), inTime: false }],
      [3, { createdAt: plus(from, -1), dueAt: plus(from, -1) }],
      [4, { dueAt: to }],
      [5, { createdAt: to, dueAt: to }],
    ]);
    expect(counts).toMatchObject({
      due: 2,
      closedOfDue: 0,
      inTime: 0,
      open: 9,
      overdue: 5,
      reported: 6,
      closed: 0,
    });
  });

  it('say who is late by what was awaited then: to verify, to accept or handle, to check', () => {
    const before = plus(to, -1);
    const { counts } = tallyOf([
      // Reported and not filed; filed after the period, so it waited for that then.
      [1, { state: 'reported', filedAt: null, verifyAt: before }],
      [2, { filedAt: to, verifyAt: before, dueAt: plus(to, day) }],
      // Handled in time, and nobody checked it; without a limit to check, nobody is late.
      [4, { state: 'feedback', handledAt: within, dueAt: before, checkAt: before }],
      [8, { state: 'feedback', handledAt: within, dueAt: before }],
      // Fed back after the period: it was to be handled then. Sent back: it is to be handled again.
      [16, { state: 'feedback', handledAt: to, dueAt: before }],
      [32, { state: 'accepted', handledAt: within, dueAt: before }],
      [64, { state: 'suspended', dueAt: before }],
      [128, { state: 'reported', filedAt: null, verifyAt: to }],
    ]);
    expect(counts.overdue).toBe(1 + 2 + 4 + 16 + 32);
  });

  it('share what was checked in time among what was to be checked, whenever it was fed back', () => {
    const { counts } = tallyOf([
      [3, { ...closed, handledAt: plus(from, -1), checkAt: within }],
      [1, { ...closed, checkAt: plus(within, -1) }],
      [2, { state: 'feedback', checkAt: within }],
      [9, { ...closed, checkAt: to }],
    ]);
    expect(counts).toMatchObject({ checkDue: 6, checkedInTime: 3 });
    expect(percentOf(counts, 'checkRate')).toBe(50);
  });

  it('have the mean of the ratings of the period and how many were low, to the second decimal', () => {
    const tally = tallyOf([
      [2, { ...closed, ratedAt: within, rating: 5 }],
      [1, { ratedAt: from, rating: 2 }],
      [1, { state: 'void', ratedAt: within, rating: 1 }],
      [1, { ratedAt: to, rating: 1 }],
      [5, { ratedAt: null, rating: null }],
      [2, { ratedAt: within, rating: 4 }],
    ]);
    expect(tally.counts).toMatchObject({ rated: 6, ratedLow: 2 });
    expect(tally.ratings).toEqual({ of: 6, mean: 3.5, spread: [1, 1, 0, 2, 2] });
    expect(percentOf(tally.counts, 'ratedLowRate')).toBe(33.33);
    expect(new Tally().ratings).toBeNull();
  });

  it('have nothing to say of nothing', () => {
    const tally = tallyOf([]);
    expect(percentOf(tally.counts, 'closeRate')).toBeNull();
    expect(tally.measured('acceptTime')).toBeNull();
  });

  it('share what was sent back among what was closed, and what was paused among what was due', () => {
    const { counts } = tallyOf([
      [1, { ...closed, reworks: 2, dueAt: within, suspensions: 1 }],
      [2, { ...closed, dueAt: within }],
      [9, { reworks: 1, suspensions: 1 }],
    ]);
    expect(percentOf(counts, 'reworkRate')).toBe(33.33);
    expect(percentOf(counts, 'suspendedRate')).toBe(33.33);
  });

  it('measure times of those that passed the milestone in the period, in minutes', () => {
    const tally = tallyOf([
      [1, { acceptedAt: plus(within, minute) }],
      [1, { acceptedAt: plus(within, 4 * minute) }],
      [1, { acceptedAt: plus(to, minute) }],
    ]);
    expect(tally.measured('acceptTime')).toEqual({ of: 2, mean: 2.5, median: 1, p90: 4, longest: 4 });
    const tens = Array.from({ length: 10 }, (_, index) => (10 - index) * minute);
    expect(measured(tens)).toEqual({ of: 10, mean: 5.5, median: 5, p90: 9, longest: 10 });
  });
});
