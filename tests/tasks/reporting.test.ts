import { describe, expect, it } from 'vitest';
import { day, type EpochMs, hour, plus } from '#model/brand.ts';
import type { Outcome } from '#model/errors.ts';
import type { NewReport } from '#model/report.ts';
import type { Task } from '#model/task.ts';
import { codeOf, Demo, detailOf, personId, placeId, t0, taskId } from '#tests/tasks/support/demo.ts';

const resident = { kind: 'resident', id: 'resident' } as const;
const lamp: NewReport = {
  codeHash: 'hash-1',
  category: 'environment',
  place: 'b3',
  words: '三楼楼道的灯不亮',
  language: 'zh',
  channel: 'web',
  photos: [],
};
let ids = 0;
const report = (demo: Demo, changes: Partial<NewReport> = {}, now: EpochMs = t0): Outcome<Task> => {
  ids += 1;
  return demo.desk.reporting.create({ ...lamp, ...changes }, taskId(`t-r${ids}`), resident, now);
};
function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return outcome.value;
}

const reportOf = ({ report }: Task) => (report ? { report } : {});

/** Puts the task into a state as if people had led it there. */
function ended(demo: Demo, task: Task, changes: Partial<Pick<Task, 'report' | 'closedAt'>> = {}): void {
  const row = demo.store.tasks.get(task.id);
  if (!row) throw new Error('no such task');
  const done = { state: 'closed', closedAt: t0, assignee: personId('w-chen') } as const;
  demo.store.putTask({ ...row, ...done, ...changes });
}

describe('a report', () => {
  it('waits for somebody to look, and tells who would get it', () => {
    const demo = new Demo();
    const task = must(report(demo, { contact: '138' }));
    expect(task).toMatchObject({
      state: 'reported',
      assignee: null,
      also: ['w-zhou'],
      report: { words: lamp.words, contact: '138', channel: 'web', onBehalf: false, by: null },
    });
    expect(task.history.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'resident report',
      'system tell',
    ]);
    // Who may not know what residents say reads no more than this.
    expect(JSON.stringify(task.publicTitle)).not.toContain('灯');
  });

  it('by staff says who entered it and how it came', () => {
    const demo = new Demo();
    const actor = { kind: 'account', id: 'w-zhou', person: 'w-zhou' } as const;
    const outcome = demo.desk.reporting.create({ ...lamp, channel: 'phone' }, taskId('t-x'), actor, t0);
    expect(must(outcome).report).toMatchObject({ channel: 'phone', onBehalf: true, by: 'w-zhou' });
  });

  it('with the same words about the same place within a day is the same report, whatever the points', () => {
    const demo = new Demo();
    const first = must(report(demo));
    const again = report(demo, { codeHash: 'hash-2', words: '三楼 楼道的灯，不亮！' }, plus(t0, hour));
    expect(again).toMatchObject({
      failure: { code: 'already-exists', extra: { standing: { task: first.id } } },
    });
    const others: Partial<NewReport>[] = [
      { place: 'b4' },
      { category: 'facilities' },
      { words: '四楼的灯不亮' },
      { channel: 'phone' },
    ];
    for (const [number, other] of others.entries())
      expect(codeOf(report(demo, { codeHash: `other-${number}`, ...other })), JSON.stringify(other)).toBe(
        'ok',
      );
    expect(codeOf(report(demo, { codeHash: 'late' }, plus(t0, day + 1)))).toBe('ok');
  });

  it('sent again with the same code is the one that stands; with that of another report it is refused', () => {
    const demo = new Demo();
    const first = must(report(demo));
    expect(must(report(demo)).id).toBe(first.id);
    expect(demo.store.tasks.size).toBe(1);
    expect(codeOf(report(demo, { words: 'something else' }))).toBe('already-exists');
  });

  it('cannot take the photos of another', () => {
    const demo = new Demo();
    must(report(demo, { photos: ['p1', 'p2'] }));
    expect(demo.store.reports.photosOf(taskId(`t-r${ids}`)).map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'p1 report',
      'p2 report',
    ]);
    expect(codeOf(report(demo, { codeHash: 'hash-2', words: 'x', photos: ['p2'] }))).toBe('already-exists');
    expect(codeOf(report(demo, { codeHash: 'hash-3', place: 'nowhere' }))).toBe('unknown-reference');
  });
});

describe('a rating', () => {
  it('is given once, when it is done', () => {
    const demo = new Demo();
    const task = must(report(demo));
    const rate = (rating: number) =>
      demo.desk.verdicts.evaluate('hash-1', { rating, words: '很快' }, plus(t0, hour));
    expect(codeOf(rate(5))).toBe('wrong-state');
    ended(demo, task);
    expect(must(rate(5))).toMatchObject({
      state: 'evaluated',
      report: { rating: { rating: 5, words: '很快' } },
    });
    expect(demo.task(task.id).revisit).toBeUndefined();
    expect(detailOf(rate(4))).toContain('rated already');
    expect(codeOf(demo.desk.verdicts.evaluate('unknown', { rating: 5 }, t0))).toBe('not-found');
  });

  it('of 1 or 2 sends the grid leader to ask, and each task names the other', () => {
    const demo = new Demo();
    const task = must(report(demo));
    ended(demo, task);
    must(demo.desk.verdicts.evaluate('hash-1', { rating: 2, words: '没修好' }, plus(t0, hour)));
    const { revisit } = demo.task(task.id);
    expect(demo.task(revisit ?? '')).toMatchObject({
      state: 'dispatched',
      assignee: 'l-wang',
      revisitOf: task.id,
      title: { zh: `回访：居民上报：${lamp.words}` },
    });
  });
});

describe('a matter of life', () => {
  it('is a fire that a resident reports, and what staff file as critical of fire or care', () => {
    const demo = new Demo();
    const task = must(report(demo, { category: 'fire', words: '三楼冒烟' }));
    expect(task).toMatchObject({ state: 'reported', severity: 'critical', lifeSafety: true });
    expect([...demo.store.notices.values()].at(-1)).toMatchObject({ task: task.id, lifeSafety: true });
    const staff = { kind: 'account', id: 'm-li', person: 'm-li' } as const;
    const file = (id: string, category: string, severity: 'critical' | 'major') =>
      must(demo.desk.create({ category, severity, title: '…', place: 'b3' }, taskId(id), staff, t0))
        .lifeSafety;
    expect([
      file('t-1', 'fire', 'critical'),
      file('t-2', 'elderly-care', 'critical'),
      file('t-3', 'fire', 'major'),
      file('t-4', 'environment', 'critical'),
    ]).toEqual([true, true, false, false]);
  });
});

describe('reopening', () => {
  const reopen = (demo: Demo, now: EpochMs) => demo.desk.verdicts.reopen('hash-1', '还是不亮', now);

  it('brings it back to who handled it, and the next closing can be rated again', () => {
    const demo = new Demo();
    const task = must(report(demo));
    ended(demo, task);
    must(demo.desk.verdicts.evaluate('hash-1', { rating: 3 }, plus(t0, hour)));
    const again = must(reopen(demo, plus(t0, 2 * hour)));
    expect(again).toMatchObject({
      state: 'dispatched',
      assignee: 'w-chen',
      closedAt: null,
      report: { rating: null, reopened: 1 },
    });
    expect(again.version).toBeGreaterThan(task.version);
    expect(again.history.slice(-2).map(({ from, to }) => `${from} ${to}`)).toEqual([
      'evaluated rework',
      'rework dispatched',
    ]);
    ended(demo, task, { ...reportOf(again), closedAt: plus(t0, 3 * hour) });
    expect(codeOf(demo.desk.verdicts.evaluate('hash-1', { rating: 5 }, plus(t0, 4 * hour)))).toBe('ok');
  });

  it('is possible for seven days, or as long as the category says', () => {
    const demo = new Demo();
    const task = must(report(demo));
    ended(demo, task);
    expect(codeOf(reopen(demo, plus(t0, 7 * day + 1)))).toBe('wrong-state');
    demo.configuration.apply({
      op: 'put',
      resource: 'category',
      id: 'environment',
      body: { id: 'environment', owner: 'grid-worker', reopenWithin: '1h' },
    });
    expect(codeOf(reopen(demo, plus(t0, hour + 1)))).toBe('wrong-state');
    expect(codeOf(reopen(demo, plus(t0, hour)))).toBe('ok');
  });

  it('is not for what is not done, and not without end', () => {
    const demo = new Demo();
    const task = must(report(demo));
    expect(codeOf(reopen(demo, t0))).toBe('wrong-state');
    for (let time = 1; time <= 3; time++) {
      ended(demo, task, reportOf(demo.task(task.id)));
      expect(codeOf(reopen(demo, plus(t0, time * hour)))).toBe('ok');
    }
    ended(demo, task, reportOf(demo.task(task.id)));
    expect(codeOf(reopen(demo, plus(t0, 4 * hour)))).toBe('limit-reached');
  });
});

describe('a report that was merged into another task', () => {
  /** Two residents' reports; the second goes on with the first. */
  const merged = () => {
    const demo = new Demo();
    const goesOn = must(report(demo));
    const own = must(report(demo, { codeHash: 'hash-2', words: '楼道很黑' }));
    demo.must(own, 'merge', 'l-wang', { to: goesOn.id });
    return { demo, goesOn, own };
  };
  const rate = (demo: Demo, code: string, rating: number, now: EpochMs) =>
    demo.desk.verdicts.evaluate(code, { rating, words: '还行' }, now);

  it('is rated when the other is done: each resident once, each word with their own report', () => {
    const { demo, goesOn, own } = merged();
    expect(codeOf(rate(demo, 'hash-2', 4, plus(t0, hour)))).toBe('wrong-state');
    ended(demo, goesOn);
    const rated = must(rate(demo, 'hash-2', 4, plus(t0, hour)));
    expect(rated).toMatchObject({
      id: own.id,
      state: 'void',
      report: { rating: { rating: 4, words: '还行' } },
    });
    expect(detailOf(rate(demo, 'hash-2', 5, plus(t0, hour)))).toContain('rated already');
    const { history, rating, state, report: theirs } = demo.task(goesOn.id);
    expect({ state, rating, theirs: theirs?.rating }).toEqual({
      state: 'closed',
      rating: undefined,
      theirs: null,
    });
    expect(history.at(-1)).toMatchObject({
      action: 'merged-rating',
      actor: 'resident',
      comment: null,
      because: [
        { code: 'rated', rating: 4 },
        { code: 'merged-from', task: own.id },
      ],
    });
    expect(must(rate(demo, 'hash-1', 5, plus(t0, hour)))).toMatchObject({
      id: goesOn.id,
      state: 'evaluated',
    });
  });

  it('may be rated after the other resident has rated, and a low rating sends somebody to this one', () => {
    const { demo, goesOn, own } = merged();
    ended(demo, goesOn);
    must(rate(demo, 'hash-1', 5, plus(t0, hour)));
    must(rate(demo, 'hash-2', 1, plus(t0, hour)));
    const { revisit } = demo.task(own.id);
    expect(demo.task(revisit ?? '')).toMatchObject({ revisitOf: own.id, assignee: 'l-wang' });
  });

  it('opens the other again, and both may rate the next closing', () => {
    const { demo, goesOn, own } = merged();
    ended(demo, goesOn);
    must(rate(demo, 'hash-1', 5, plus(t0, hour)));
    must(rate(demo, 'hash-2', 3, plus(t0, hour)));
    const reopen = (now: EpochMs) => demo.desk.verdicts.reopen('hash-2', '还是黑', now);
    expect(must(reopen(plus(t0, 2 * hour)))).toMatchObject({
      id: own.id,
      report: { rating: null, reopened: 1 },
    });
    expect(demo.task(goesOn.id)).toMatchObject({
      state: 'dispatched',
      closedAt: null,
      report: { reopened: 0, reopenedWhy: '还是黑' },
    });
    expect(codeOf(reopen(plus(t0, 2 * hour)))).toBe('wrong-state');
    ended(demo, goesOn, { ...reportOf(demo.task(goesOn.id)), closedAt: plus(t0, 3 * hour) });
    expect(codeOf(rate(demo, 'hash-1', 4, plus(t0, 4 * hour)))).toBe('ok');
    expect(codeOf(rate(demo, 'hash-2', 4, plus(t0, 4 * hour)))).toBe('ok');
  });

  it('may rate each closing anew, also when it was the other resident who opened it again', () => {
    const { demo, goesOn } = merged();
    ended(demo, goesOn);
    must(rate(demo, 'hash-2', 3, plus(t0, hour)));
    must(demo.desk.verdicts.reopen('hash-1', '还是不亮', plus(t0, 2 * hour)));
    ended(demo, goesOn, { ...reportOf(demo.task(goesOn.id)), closedAt: plus(t0, 3 * hour) });
    expect(codeOf(rate(demo, 'hash-2', 5, plus(t0, 4 * hour)))).toBe('ok');
  });

  it('is followed to the end of a chain of mergers', () => {
    const { demo, goesOn } = merged();
    const last = must(report(demo, { codeHash: 'hash-3', words: '电路坏了' }));
    demo.must(goesOn, 'merge', 'l-wang', { to: last.id });
    ended(demo, last);
    expect(codeOf(rate(demo, 'hash-1', 5, plus(t0, hour)))).toBe('ok');
    expect(codeOf(rate(demo, 'hash-2', 5, plus(t0, hour)))).toBe('ok');
  });
});

describe('photos of the work', () => {
  it('are added with who did it, up to a limit, and to one task only', () => {
    const demo = new Demo();
    const [task, other] = [demo.raise(), demo.raise('smoke-alarm', { key: 'smoke-2', place: placeId('b9') })];
    const actor = { kind: 'account', id: 'w-zhou', person: 'w-zhou' } as const;
    const add = (of: Task, ...photos: string[]) =>
      demo.desk.reporting.addEvidence(of.id, { photos }, actor, t0);
    expect(must(add(task, 'p1')).evidence).toEqual(['p1']);
    expect(demo.store.reports.photo('p1')).toMatchObject({ kind: 'evidence', by: 'w-zhou' });
    expect(codeOf(add(other, 'p1'))).toBe('already-exists');
    expect(codeOf(add(other, ...Array.from({ length: 25 }, (_, n) => `many-${n}`)))).toBe('limit-reached');
    demo.must(other, 'void', 'm-li', { comment: 'mistake' });
    expect(codeOf(add(other, 'p9'))).toBe('wrong-state');
    expect(codeOf(add({ ...task, id: taskId('nothing') }, 'p9'))).toBe('not-found');
  });
});
