import { expect, it } from 'vitest';
import type { AlarmNote } from '#model/alarm.ts';
import { changesOf } from '#tasks/alarm-changes.ts';
import { alarm, at } from '#tests/store/ops/support/samples.ts';

const note = (action: AlarmNote['action'], more: Partial<AlarmNote> = {}): AlarmNote => ({
  at,
  actor: 'w-zhou',
  action,
  ...more,
});

it('what an alarm is now that it was not before is said in words', () => {
  const before = alarm('a-1');
  expect(changesOf(undefined, before)).toEqual(['raised']);
  expect(changesOf(undefined, alarm('a-1', { state: 'cleared', clearedAt: at }))).toEqual(['raised']);
  expect(changesOf(before, before)).toEqual([]);
  expect(changesOf(before, { ...before, state: 'cleared', clearedAt: at })).toEqual(['cleared']);
  expect(changesOf(before, { ...before, tasks: ['t-1' as never] })).toEqual(['tasks']);
  const acknowledged = { ...before, ack: true, notes: [note('acknowledged')] };
  expect(changesOf(before, acknowledged)).toEqual(['acknowledged']);
  // The same word again, with another comment.
  const disposed = { ...acknowledged, notes: [note('acknowledged'), note('disposed', { to: 'false' })] };
  const again = { ...disposed, notes: [...disposed.notes, note('disposed', { to: 'false', comment: '!' })] };
  expect(changesOf(acknowledged, disposed)).toEqual(['disposed']);
  expect(changesOf(disposed, again)).toEqual(['disposed']);
});
