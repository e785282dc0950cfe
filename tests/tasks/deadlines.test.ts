import { describe, expect, it } from 'vitest';
import { day, type EpochMs, epochMs } from '#model/brand.ts';
import { reminderAt, remindersBy } from '#tasks/reminding.ts';
import { fc } from '#tests/support/properties.ts';
import { addPerson, addRoster, Demo, orderOf, secondsIn, t0, taskId } from '#tests/tasks/support/demo.ts';

const saying = (demo: Demo, id: string, action: string) =>
  demo.task(id).history.filter((entry) => entry.action === action);
const localTime = (text: string): EpochMs => epochMs(Date.parse(`${text}+08:00`));
/** Of a category that sets no limits. */
const minor = { lifeSafety: false, severity: 'minor', category: 'lamps' } as const;

describe('a limit that is passed', () => {
  it('is noted once: to accept, and to handle', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.desk.advance(secondsIn(600));
    expect(saying(demo, task.id, 'overdue')).toMatchObject([
      { at: secondsIn(60), because: [{ code: 'accept-limit-passed', limit: '2026-03-04T02:01:00.000Z' }] },
    ]);
    demo.must(task, 'accept', 'w-zhou', { now: secondsIn(600) });
    demo.must(task, 'start', 'w-zhou', { now: secondsIn(700) });
    demo.desk.advance(secondsIn(600 + 900));
    expect(saying(demo, task.id, 'overdue')).toMatchObject([
      { at: secondsIn(60) },
      { at: secondsIn(1500), from: 'in-progress', because: [{ code: 'handle-limit-passed' }] },
    ]);
  });

  it('is followed by reminders, each after twice the time, until it is handled', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou', { now: t0 });
    demo.desk.advance(secondsIn(900 * 16));
    const at = (n: number) => secondsIn(900 * n);
    expect(saying(demo, task.id, 'remind').map((entry) => entry.at)).toEqual([at(2), at(4), at(8), at(16)]);
    demo.must(task, 'feedback', 'w-zhou', { now: at(17) });
    demo.desk.advance(at(100));
    expect(saying(demo, task.id, 'remind')).toHaveLength(4);
  });

  it('reminds after the last step while nobody accepts', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.desk.advance(secondsIn(180 + 300));
    expect(saying(demo, task.id, 'remind')).toMatchObject([{ at: secondsIn(480), to: 'dispatched' }]);
  });

  it('leaves no timer behind that nobody waits for', () => {
    const demo = new Demo();
    const task = demo.raise('smoke-alarm', minor);
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    expect(demo.desk.nextDue()).toBeUndefined();
    demo.must(task, 'close', 'l-wang');
    expect(demo.desk.nextDue()).toBeUndefined();
  });

  it('a year without anybody writes a few lines', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.configuration.apply({ op: 'delete', resource: 'roster', id: 'g1.grid-worker' });
    demo.desk.configurationChanged(t0);
    demo.desk.advance(epochMs(t0 + 365 * day));
    expect(demo.task(task.id).history.length).toBeLessThan(30);
  });

  it('reminders are counted as they fall due', () => {
    const span = fc.integer({ min: 0, max: 10 * day });
    fc.assert(
      fc.property(span, fc.integer({ min: 0, max: 900 * day }), (limitMs, after) => {
        const at = epochMs(t0 + after);
        const n = remindersBy(t0, limitMs, at);
        expect(reminderAt(t0, limitMs, n + 1)).toBeGreaterThan(at);
        if (n > 0) expect(reminderAt(t0, limitMs, n)).toBeLessThanOrEqual(at);
      }),
    );
  });
});

describe('the limits of a task', () => {
  const evening = localTime('2026-03-06T17:00');
  it('are those of its category where its rule sets none, in working hours and days', () => {
    const demo = new Demo();
    demo.orders.set('lamp', orderOf('facilities', { acceptWithinMs: null, handleWithinMs: null }));
    const task = demo.raise('lamp', { ...minor, category: 'facilities' }, evening);
    expect(task).toMatchObject({ acceptBy: localTime('2026-03-09T10:00') });
    const accepted = demo.must(task, 'accept', 'w-zhou', { now: localTime('2026-03-09T09:00') });
    expect(accepted).toMatchObject({ handleBy: localTime('2026-03-12T17:30') });
  });

  it('follow the hours of the community', () => {
    const demo = new Demo();
    const body = { id: 'c1' as never, workingHours: '16:00-24:00' };
    demo.configuration.apply({ op: 'put', resource: 'community', id: 'c1', body });
    demo.orders.set('lamp', orderOf('facilities', { acceptWithinMs: null }));
    const task = demo.raise('lamp', { ...minor, category: 'facilities' }, evening);
    expect(task).toMatchObject({ acceptBy: localTime('2026-03-06T19:00') });
  });

  it('are those of its rule before all', () => {
    const demo = new Demo();
    expect(demo.raise('smoke-alarm', { category: 'facilities' })).toMatchObject({ acceptBy: secondsIn(60) });
  });
});

describe('what waits for somebody to say yes', () => {
  it('is brought to who may close it, when it was fed back; the worker hears nothing of it', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou', { now: secondsIn(60) });
    const before = demo.store.notices.size;
    demo.desk.advance(secondsIn(60 + 86_400));
    expect(saying(demo, task.id, 'overdue')).toMatchObject([
      { at: secondsIn(60 + 86_400), because: [{ code: 'close-limit-passed' }] },
    ]);
    expect(saying(demo, task.id, 'escalate')).toMatchObject([
      { because: [{ code: 'not-closed', role: 'property-manager' }, { code: 'told', person: 'm-li' }, {}] },
    ]);
    const told = [...demo.store.notices.values()].slice(before).map(({ person }) => person);
    expect(new Set(told)).toEqual(new Set(['m-li']));
    demo.must(task, 'close', 'l-wang', { now: secondsIn(100_000) });
    expect(demo.desk.nextDue()).toBeUndefined();
  });

  it('is brought to who may verify it, when it was reported', () => {
    const demo = new Demo();
    const actor = { kind: 'account', id: 'm-li', person: 'm-li' } as const;
    const report = {
      category: 'fire',
      severity: 'minor',
      title: 'a smell',
      place: 'b3',
      isReport: true,
    } as const;
    const made = demo.desk.create(report, taskId('t-report'), actor, t0);
    expect(made).toMatchObject({ ok: true, value: { state: 'reported' } });
    demo.desk.advance(secondsIn(300));
    expect(saying(demo, 't-report', 'escalate')).toMatchObject([
      {
        at: secondsIn(300),
        because: [{ code: 'not-verified', role: 'grid-leader' }, { person: 'l-wang' }, {}],
      },
    ]);
  });
});

describe('time in which Gridbell saw nothing', () => {
  it('does what fell due in it afterwards, once, and says so', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.restart();
    const away = { from: secondsIn(30), to: secondsIn(86_400) };
    demo.desk.wasAway(away);
    expect(demo.desk.nextDue()).toBe(away.to);
    demo.desk.advance(secondsIn(86_399));
    expect(demo.task(task.id).history).toHaveLength(2);
    demo.desk.advance(away.to);
    const late = demo.task(task.id).history.slice(2);
    // The shift of w-zhou ended in it and the next one has begun.
    expect(late.map(({ action }) => action)).toEqual([
      'overdue',
      'escalate',
      'escalate',
      'remind',
      'shift-end',
    ]);
    for (const entry of late) {
      expect(entry.at).toBe(away.to);
      expect(entry.because).toContainEqual(expect.objectContaining({ code: 'late' }));
    }
    expect(late[0]?.reason).toBe(
      'nobody accepted it by 2026-03-04T02:01:00.000Z; late: due at 2026-03-04T02:01:00.000Z, when Gridbell was not running',
    );
    expect(late.at(-1)?.reason).toContain('w-zhou is on duty again');
    demo.desk.advance(secondsIn(86_401));
    expect(demo.task(task.id).history).toHaveLength(2 + late.length);
  });

  it('what falls due after it is not late', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.desk.wasAway({ from: secondsIn(30), to: secondsIn(50) });
    demo.desk.advance(secondsIn(60));
    expect(saying(demo, task.id, 'overdue')).toMatchObject([
      { at: secondsIn(60), because: [{ code: 'accept-limit-passed' }] },
    ]);
  });
});

describe('when the clock is set back', () => {
  it('limits of the future keep their length from there', () => {
    const demo = new Demo();
    const task = demo.raise('smoke-alarm', {}, secondsIn(86_400));
    demo.desk.setBack(t0);
    expect(demo.task(task.id)).toMatchObject({ dispatchedAt: t0, acceptBy: secondsIn(60) });
    demo.desk.advance(secondsIn(60));
    expect(saying(demo, task.id, 'escalate')).toMatchObject([{ at: secondsIn(60) }]);
  });

  it('limits that began before keep their time', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.desk.advance(secondsIn(30));
    demo.desk.setBack(secondsIn(10));
    expect(demo.desk.nextDue()).toBe(secondsIn(60));
    expect(demo.task(task.id).history).toHaveLength(2);
  });
});

describe('at the end of a shift', () => {
  const night = (): Demo => {
    const demo = new Demo();
    demo.orders.set('lamp', orderOf('lamps', { acceptWithinMs: null, handleWithinMs: null }));
    addPerson(demo.configuration, 'w-night', 'grid-worker', ['g1']);
    const shifts = ['mon-sun 08:00-20:00 w-zhou', 'mon-sun 20:00-08:00 w-night'];
    addRoster(demo.configuration, 'g1', 'grid-worker', ...shifts);
    return demo;
  };
  const evening = localTime('2026-03-04T20:00');

  it.each(['dispatched', 'accepted'] as const)(
    'what is %s and not begun goes to who is on duty now',
    (state) => {
      const demo = night();
      const task = demo.raise('lamp', minor);
      if (state === 'accepted') demo.must(task, 'accept', 'w-zhou');
      const { version } = demo.task(task.id);
      demo.desk.advance(evening);
      expect(demo.task(task.id)).toMatchObject({
        state: 'dispatched',
        assignee: 'w-night',
        version: version + 1,
        dispatchedAt: evening,
        acceptedAt: null,
      });
      expect(saying(demo, task.id, 'hand-over')).toMatchObject([
        {
          at: evening,
          from: state,
          because: [
            { code: 'shift-ended', person: 'w-zhou' },
            { code: 'on-duty', from: '20:00' },
          ],
        },
      ]);
      demo.desk.advance(localTime('2026-03-05T08:00'));
      expect(demo.task(task.id).assignee).toBe('w-zhou');
    },
  );

  it('what is begun stays and says so, once', () => {
    const demo = night();
    const task = demo.raise('lamp', minor);
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'start', 'w-zhou');
    demo.desk.advance(localTime('2026-03-06T20:00'));
    expect(demo.task(task.id)).toMatchObject({ state: 'in-progress', assignee: 'w-zhou' });
    expect(saying(demo, task.id, 'shift-end')).toMatchObject([
      { at: evening, because: [{ code: 'shift-ended' }, { code: 'begun', person: 'w-zhou' }] },
    ]);
  });

  it('a call for help that is accepted stays: they are on their way', () => {
    const demo = night();
    demo.orders.set('smoke-alarm', orderOf('fire', { handleWithinMs: null }));
    const task = demo.raise('smoke-alarm', {}, localTime('2026-03-04T19:59'));
    demo.must(task, 'accept', 'w-zhou', { now: localTime('2026-03-04T19:59:30') });
    demo.desk.advance(evening);
    expect(demo.task(task.id)).toMatchObject({ state: 'accepted', assignee: 'w-zhou' });
    expect(saying(demo, task.id, 'shift-end')).toHaveLength(1);
  });

  it('a task stays with whose next shift follows, and with who has no relief', () => {
    const demo = night();
    addRoster(
      demo.configuration,
      'g1',
      'grid-worker',
      'mon-sun 08:00-20:00 w-zhou',
      'mon-sun 20:00-22:00 w-zhou',
    );
    const task = demo.raise('lamp', minor);
    demo.desk.advance(localTime('2026-03-04T21:59'));
    expect(demo.task(task.id).history).toHaveLength(2);
    demo.desk.advance(localTime('2026-03-04T22:00'));
    expect(demo.task(task.id)).toMatchObject({ assignee: 'w-zhou', version: 1 });
    expect(saying(demo, task.id, 'shift-end')[0]?.reason).toContain('nobody else is on duty');
  });

  it('a shift that was shortened meanwhile counts as it is now', () => {
    const demo = night();
    const task = demo.raise('lamp', minor);
    const shifts = ['mon-sun 08:00-14:00 w-zhou', 'mon-sun 14:00-08:00 w-night'];
    addRoster(demo.configuration, 'g1', 'grid-worker', ...shifts);
    demo.desk.configurationChanged(secondsIn(60));
    demo.desk.advance(localTime('2026-03-04T14:00'));
    expect(demo.task(task.id).assignee).toBe('w-night');
  });
});
