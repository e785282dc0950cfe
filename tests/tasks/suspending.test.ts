import { describe, expect, it } from 'vitest';
import { day, type EpochMs, epochMs } from '#model/brand.ts';
import type { Task } from '#model/task.ts';
import { codeOf, Demo, detailOf, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const accepted = (demo: Demo): Task => {
  const task = demo.raise();
  return demo.must(task, 'accept', 'w-zhou', { now: t0 });
};
const toldTo = (demo: Demo, kind: string) =>
  [...demo.store.notices.values()].filter((each) => each.kind === kind).map(({ person }) => person);
const codes = (task: Task) => task.history.at(-1)?.because?.map(({ code }) => code);

describe('a suspension until a time', () => {
  const suspended = (demo: Demo, until: EpochMs) =>
    demo.must(accepted(demo), 'suspend', 'l-wang', { comment: 'Friday', now: secondsIn(100), until });

  it('ends by itself then: the clock goes on where it stood, and who has it is reminded', () => {
    const demo = new Demo();
    const task = suspended(demo, secondsIn(4_000));
    expect(task.suspended).toEqual({
      from: 'accepted',
      at: secondsIn(100),
      by: 'l-wang',
      until: secondsIn(4_000),
    });
    expect(task.history.at(-1)?.reason).toContain('it resumes by itself at ');
    demo.desk.advance(secondsIn(3_999));
    expect(demo.task(task.id).state).toBe('suspended');
    demo.desk.advance(secondsIn(4_000));
    const after = demo.task(task.id);
    expect(after).toMatchObject({
      state: 'accepted',
      suspended: null,
      suspendedMs: 3_900_000,
      handleBy: secondsIn(900 + 3_900),
      version: task.version + 1,
    });
    expect(after.history.at(-1)).toMatchObject({ actor: 'system', action: 'resume', from: 'suspended' });
    expect(codes(after)).toEqual(['paused', 'suspension-over']);
    expect(toldTo(demo, 'reminder')).toEqual(['w-zhou']);
    demo.desk.advance(secondsIn(900 + 3_900));
    expect(demo.task(task.id).history.at(-1)?.action).toBe('overdue');
  });

  it('says that it is late when it ended while Gridbell was down, after a restart, too', () => {
    const demo = new Demo();
    const task = suspended(demo, secondsIn(4_000));
    demo.restart();
    demo.desk.wasAway({ from: secondsIn(3_000), to: secondsIn(9_000) });
    demo.desk.advance(secondsIn(9_000));
    expect(demo.task(task.id)).toMatchObject({ state: 'accepted', suspendedMs: 8_900_000 });
    expect(codes(demo.task(task.id))).toEqual(['paused', 'suspension-over', 'late']);
  });

  it('may be ended earlier, and does nothing then', () => {
    const demo = new Demo();
    const task = suspended(demo, secondsIn(4_000));
    demo.must(task, 'resume', 'w-zhou', { now: secondsIn(200) });
    demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(300), comment: 'done' });
    demo.desk.advance(secondsIn(5_000));
    expect(demo.task(task.id).state).toBe('feedback');
  });

  it('is not in the past and not longer than a year', () => {
    const demo = new Demo();
    const task = accepted(demo);
    const until = (at: EpochMs) =>
      demo.act(task, 'suspend', 'l-wang', { comment: 'x', now: secondsIn(100), until: at });
    expect(detailOf(until(secondsIn(100)))).toContain('has passed');
    expect(detailOf(until(epochMs(secondsIn(101) + 366 * day)))).toContain('more than 366 days');
    expect(codeOf(until(secondsIn(100)))).toBe('invalid-input');
    expect(demo.task(task.id).state).toBe('accepted');
    expect(codeOf(until(epochMs(secondsIn(100) + 366 * day)))).toBe('ok');
  });

  it('lasts no longer than it was to when the clock is set back before its beginning', () => {
    const demo = new Demo();
    const task = suspended(demo, secondsIn(4_000));
    demo.desk.setBack(secondsIn(-10_000));
    expect(demo.task(task.id).suspended).toMatchObject({ at: secondsIn(-10_000), until: secondsIn(-6_100) });
    demo.desk.advance(secondsIn(-6_100));
    expect(demo.task(task.id)).toMatchObject({ state: 'accepted', suspendedMs: 3_900_000 });
  });

  it('keeps the time that was named when the clock is set back after its beginning', () => {
    const demo = new Demo();
    const task = suspended(demo, secondsIn(4_000));
    demo.desk.setBack(secondsIn(200));
    expect(demo.task(task.id).suspended?.until).toBe(secondsIn(4_000));
  });
});

describe('who has a task and may not suspend it', () => {
  const asked = (demo: Demo, until = secondsIn(4_000)) =>
    demo.must(accepted(demo), 'request-suspension', 'w-zhou', {
      comment: 'the pump is ordered',
      now: secondsIn(100),
      until,
    });

  it('asks for it with words and a time; the clock goes on, and one who may decide is told', () => {
    const demo = new Demo();
    const task = asked(demo);
    expect(task).toMatchObject({
      state: 'accepted',
      handleBy: secondsIn(900),
      also: ['l-wang'],
      suspensionRequest: {
        by: 'w-zhou',
        at: secondsIn(100),
        until: secondsIn(4_000),
        words: 'the pump is ordered',
      },
    });
    expect(toldTo(demo, 'asked')).toEqual(['l-wang']);
    expect(codes(task)).toEqual(['suspension-requested', 'told', 'works-there']);
    const again = demo.must(task, 'request-suspension', 'w-zhou', {
      comment: 'sooner',
      now: secondsIn(110),
      until: secondsIn(3_000),
    });
    expect(again.suspensionRequest?.until).toBe(secondsIn(3_000));
    expect(toldTo(demo, 'asked')).toEqual(['l-wang', 'l-wang']);
  });

  it('needs both, is the assignee, and is none of those who may suspend', () => {
    const demo = new Demo();
    const task = accepted(demo);
    const ask = (who: string, input: object) =>
      demo.act(task, 'request-suspension', who, { now: secondsIn(100), ...input });
    expect(codeOf(ask('w-zhou', { until: secondsIn(200) }))).toBe('invalid-input');
    expect(detailOf(ask('w-zhou', { comment: 'x' }))).toContain('a time at which it goes on (until)');
    expect(codeOf(ask('w-zhou', { comment: 'x', until: secondsIn(50) }))).toBe('invalid-input');
    expect(codeOf(ask('w-chen', { comment: 'x', until: secondsIn(200) }))).toBe('not-allowed');
    expect(codeOf(ask('l-wang', { comment: 'x', until: secondsIn(200) }))).toBe('not-allowed');
  });

  it('gets it as asked when it is approved, hears of it, and goes on by itself then', () => {
    const demo = new Demo();
    const task = asked(demo);
    expect(codeOf(demo.act(task, 'approve-suspension', 'w-chen'))).toBe('not-allowed');
    const approved = demo.must(task, 'approve-suspension', 'l-wang', { now: secondsIn(200) });
    expect(approved).toMatchObject({
      state: 'suspended',
      suspensionRequest: null,
      suspended: { from: 'accepted', at: secondsIn(200), by: 'l-wang', until: secondsIn(4_000) },
    });
    expect(codes(approved)).toEqual(['suspension-approved', 'suspended-until']);
    expect(toldTo(demo, 'told')).toEqual(['w-zhou']);
    demo.desk.advance(secondsIn(4_000));
    expect(demo.task(task.id)).toMatchObject({ state: 'accepted', suspendedMs: 3_800_000 });
  });

  it('gets another time where who approves names one, and must where the time asked for has passed', () => {
    const demo = new Demo();
    const task = asked(demo, secondsIn(150));
    const late = demo.act(task, 'approve-suspension', 'l-wang', { now: secondsIn(200) });
    expect(codeOf(late)).toBe('invalid-input');
    const input = { now: secondsIn(200), until: secondsIn(2_000) };
    expect(demo.must(task, 'approve-suspension', 'm-li', input).suspended?.until).toBe(secondsIn(2_000));
  });

  it('reads why when it is refused, and the clock never stood still', () => {
    const demo = new Demo();
    const task = asked(demo);
    expect(codeOf(demo.act(task, 'refuse-suspension', 'l-wang'))).toBe('invalid-input');
    const refused = demo.must(task, 'refuse-suspension', 'l-wang', { comment: 'take the spare one' });
    expect(refused).toMatchObject({ state: 'accepted', suspensionRequest: null, handleBy: secondsIn(900) });
    expect(refused.history.at(-1)).toMatchObject({
      action: 'refuse-suspension',
      comment: 'take the spare one',
    });
    expect(toldTo(demo, 'told')).toEqual(['w-zhou']);
    const nobody = demo.act(task, 'approve-suspension', 'l-wang');
    expect(nobody).toMatchObject({ ok: false, failure: { code: 'wrong-state' } });
    expect(detailOf(nobody)).toContain('nobody asks to suspend it');
    expect(detailOf(nobody)).not.toContain('approve-suspension,');
  });

  it('has no request any more once the task is in other hands, fed back or suspended', () => {
    const ends = [
      ['transfer', 'l-wang', { to: 'w-chen' }],
      ['return', 'w-zhou', { comment: 'x' }],
      ['feedback', 'w-zhou', {}],
      ['suspend', 'l-wang', { comment: 'x' }],
    ] as const;
    for (const [action, who, input] of ends) {
      const demo = new Demo();
      const after = demo.must(asked(demo), action, who, { now: secondsIn(200), ...input });
      expect(after.suspensionRequest, action).toBeNull();
    }
    const demo = new Demo();
    expect(demo.must(asked(demo), 'start', 'w-zhou').suspensionRequest).toMatchObject({ by: 'w-zhou' });
  });
});
