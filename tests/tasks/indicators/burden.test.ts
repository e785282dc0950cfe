import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs, minute, plus } from '#model/brand.ts';
import { BurdenBook, type Step } from '#tasks/indicators/burden.ts';

const at = (time: string): EpochMs => epochMs(Date.parse(`2026-03-04T${time}:00+08:00`));
const period = { from: at('00:00'), to: plus(at('00:00'), 24 * 60 * minute) };
const timezone = 'Asia/Shanghai';
const step = (time: string, actor: string, action: string, changes: Partial<Step>): Step => ({
  task: 't-1',
  at: at(time),
  actor,
  action,
  from: 'dispatched',
  to: 'accepted',
  isTyped: false,
  ...changes,
});
const bookOf = (now = period.to) => new BurdenBook(period, { now, timezone });

describe('what a person carried', () => {
  it('is the time in which a task was theirs, whoever handed it on or paused it', () => {
    const book = bookOf();
    book.addTask([
      step('08:00', 'system', 'dispatch', { from: 'filed', to: 'dispatched' }),
      step('08:05', 'w-zhou', 'accept', {}),
      step('08:10', 'w-zhou', 'start', { from: 'accepted', to: 'in-progress' }),
      step('08:30', 'l-wang', 'suspend', { from: 'in-progress', to: 'suspended' }),
      step('10:00', 'l-wang', 'resume', { from: 'suspended', to: 'in-progress' }),
      step('10:10', 'l-wang', 'transfer', { from: 'in-progress', to: 'dispatched' }),
      step('11:00', 'w-chen', 'claim', {}),
      step('11:20', 'w-chen', 'feedback', { from: 'accepted', to: 'feedback', isTyped: true }),
    ]);
    const of = (id: string) => book.burdens.find(({ person }) => person === id);
    expect(of('w-zhou')).toMatchObject({ tasks: 1, workMs: 35 * minute, typed: 0 });
    expect(of('w-chen')).toMatchObject({ tasks: 1, workMs: 20 * minute, typed: 1 });
    expect(of('l-wang')).toBeUndefined();
  });

  it('is cut at both ends of the time, and at now while it goes on', () => {
    const book = bookOf(at('09:00'));
    const yesterday = plus(period.from, -30 * minute);
    book.addTask([
      { ...step('00:00', 'w-zhou', 'accept', {}), at: yesterday },
      step('00:30', 'w-zhou', 'feedback', { from: 'accepted', to: 'feedback' }),
    ]);
    book.addTask([{ ...step('08:50', 'w-zhou', 'accept', {}), task: 't-2' }]);
    expect(book.burdens).toEqual([
      { person: 'w-zhou', calls: 0, nightCalls: 0, tasks: 2, workMs: 40 * minute, typed: 0 },
    ]);
  });

  it('counts calls, and those of the night by the clock of the community', () => {
    const book = bookOf();
    for (const time of ['05:59', '06:00', '21:59', '22:00']) book.call({ at: at(time), person: 'w-zhou' });
    expect(book.burdens).toMatchObject([{ person: 'w-zhou', calls: 4, nightCalls: 2 }]);
  });

  it('counts the title of what somebody entered as typed', () => {
    const book = bookOf();
    book.addTask([step('08:00', 'm-li', 'file', { from: null, to: 'filed', isTyped: false })]);
    expect(book.burdens).toMatchObject([{ person: 'm-li', typed: 1, tasks: 0 }]);
  });
});
