import { describe, expect, it } from 'vitest';
import { isOverdue } from '#tasks/overdue.ts';
import { Demo, secondsIn } from '#tests/tasks/support/demo.ts';

describe('a task is overdue', () => {
  it('when nobody accepted it in time, then when it was not handled in time, and not once it was fed back', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(isOverdue(task, secondsIn(60))).toBe(false);
    expect(isOverdue(task, secondsIn(61))).toBe(true);
    const accepted = demo.must(task, 'accept', 'w-zhou', { now: secondsIn(70) });
    expect(isOverdue(accepted, secondsIn(970))).toBe(false);
    expect(isOverdue(accepted, secondsIn(971))).toBe(true);
    const fedBack = demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(980) });
    expect(isOverdue(fedBack, secondsIn(99_999))).toBe(false);
  });

  it('never without limits', () => {
    const demo = new Demo();
    const task = demo.raise('gone', { category: 'lamps', lifeSafety: false });
    expect(isOverdue(task, secondsIn(9_999_999))).toBe(false);
  });
});
