import { describe, expect, it } from 'vitest';
import type { Category } from '#model/category.ts';
import {
  addPerson,
  codeOf,
  Demo,
  detailOf,
  placeId,
  secondsIn,
  t0,
  taskId,
} from '#tests/tasks/support/demo.ts';

const setCategory = (demo: Demo, body: Category): void =>
  demo.configuration.apply({ op: 'put', resource: 'category', id: body.id, body });

function reportedIn(demo: Demo) {
  const wish = { category: 'environment', severity: 'minor', title: '垃圾未清', place: 'b3' } as const;
  const actor = { kind: 'account', id: 'w-chen', person: 'w-chen' } as const;
  const outcome = demo.desk.create(
    { ...wish, comment: 'by the gate', isReport: true },
    taskId('t-1'),
    actor,
    t0,
  );
  if (!outcome.ok) throw new Error(outcome.failure.detail);
  return outcome.value;
}

describe('what was reported', () => {
  it('waits for nobody until it is filed, and is dispatched then', () => {
    const demo = new Demo();
    const task = reportedIn(demo);
    expect(task).toMatchObject({ state: 'reported', version: 1, assignee: null, dispatchedAt: null });
    expect(task.history).toMatchObject([
      { actor: 'w-chen', action: 'report', from: null, to: 'reported', comment: 'by the gate' },
    ]);
    expect(demo.must(task, 'verify', 'w-chen')).toMatchObject({ state: 'verifying', assignee: null });
    const filed = demo.must(task, 'file', 'l-wang', { now: secondsIn(60) });
    expect(filed).toMatchObject({ state: 'dispatched', assignee: 'w-zhou', dispatchedAt: secondsIn(60) });
    expect(filed.history.slice(-2)).toMatchObject([
      { actor: 'l-wang', action: 'file', from: 'verifying', to: 'filed' },
      { actor: 'system', action: 'dispatch', from: 'filed', to: 'dispatched' },
    ]);
  });

  it('is rejected with a reason, by who may dispatch', () => {
    const demo = new Demo();
    const task = reportedIn(demo);
    expect(codeOf(demo.act(task, 'reject', 'w-chen', { comment: 'no' }))).toBe('not-allowed');
    expect(codeOf(demo.act(task, 'reject', 'l-wang'))).toBe('invalid-input');
    expect(demo.must(task, 'reject', 'l-wang', { comment: 'another district' }).state).toBe('rejected');
    expect(codeOf(demo.act(task, 'file', 'l-wang'))).toBe('wrong-state');
  });
});

describe('a suspension', () => {
  it('is for who dispatches to approve, with a reason, and only of what somebody has accepted', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(codeOf(demo.act(task, 'suspend', 'l-wang', { comment: 'x' }))).toBe('wrong-state');
    demo.must(task, 'accept', 'w-zhou');
    expect(codeOf(demo.act(task, 'suspend', 'w-zhou', { comment: 'x' }))).toBe('not-allowed');
    expect(codeOf(demo.act(task, 'suspend', 'l-wang'))).toBe('invalid-input');
    const suspended = demo.must(task, 'suspend', 'l-wang', {
      comment: 'parts come on Friday',
      now: secondsIn(100),
    });
    expect(suspended).toMatchObject({
      state: 'suspended',
      suspended: { from: 'accepted', at: secondsIn(100), by: 'l-wang' },
    });
  });

  it('stops the clock: the limits move by as long as it lasted, however often', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou', { now: t0 });
    demo.must(task, 'start', 'w-zhou', { now: t0 });
    demo.must(task, 'suspend', 'l-wang', { comment: 'x', now: secondsIn(100) });
    const back = demo.must(task, 'resume', 'w-zhou', { now: secondsIn(400) });
    expect(back).toMatchObject({
      state: 'in-progress',
      suspended: null,
      suspendedMs: 300_000,
      handleBy: secondsIn(900 + 300),
    });
    expect(back.history.at(-1)).toMatchObject({
      because: [{ code: 'paused', forMs: 300_000 }],
      reason: 'its clock stood still for 5m',
    });
    demo.must(task, 'suspend', 'l-wang', { comment: 'x', now: secondsIn(500) });
    const again = demo.must(task, 'resume', 'l-wang', { now: secondsIn(600) });
    expect(again).toMatchObject({ suspendedMs: 400_000, handleBy: secondsIn(1_300) });
  });
});

describe('an escalation by hand', () => {
  it('tells the next role that nobody was told of, each time another, and leaves the task where it is', () => {
    const demo = new Demo();
    const task = demo.raise();
    const first = demo.must(task, 'escalate', 'w-zhou');
    expect(first).toMatchObject({ state: 'dispatched', assignee: 'w-zhou', also: ['l-wang'] });
    expect(first.history.at(-1)?.because).toMatchObject([
      { code: 'escalated', role: 'grid-leader', by: 'w-zhou' },
      { code: 'told', person: 'l-wang' },
      { code: 'works-there' },
    ]);
    expect(demo.must(task, 'escalate', 'w-zhou').also).toEqual(['l-wang', 'm-li']);
    const last = demo.must(task, 'escalate', 'w-zhou');
    expect(last.also).toEqual(['l-wang', 'm-li']);
    expect(last.history.at(-1)?.because).toMatchObject([{ code: 'nobody' }]);
  });

  it('tells the one who is named', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(demo.must(task, 'escalate', 'l-wang', { to: 'm-li' }).also).toEqual(['m-li']);
    expect(demo.must(task, 'escalate', 'l-wang', { to: 'm-li' }).also).toEqual(['m-li']);
    expect(codeOf(demo.act(task, 'escalate', 'l-wang', { to: 'ghost' }))).toBe('unknown-reference');
    expect(codeOf(demo.act(task, 'escalate', 'w-chen'))).toBe('not-allowed');
  });
});

describe('an evaluation', () => {
  it('rates closed work from 1 to 5, and is not for who did it', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'claim', 'l-wang');
    demo.must(task, 'feedback', 'l-wang');
    expect(codeOf(demo.act(task, 'evaluate', 'm-li', { rating: 5 }))).toBe('wrong-state');
    demo.must(task, 'close', 'm-li');
    expect(codeOf(demo.act(task, 'evaluate', 'l-wang', { rating: 5 }))).toBe('not-allowed');
    expect(codeOf(demo.act(task, 'evaluate', 'm-li'))).toBe('invalid-input');
    for (const rating of [0, 6, 2.5])
      expect(codeOf(demo.act(task, 'evaluate', 'm-li', { rating }))).toBe('invalid-input');
    const rated = demo.must(task, 'evaluate', 'm-li', { rating: 4, comment: 'quick' });
    expect(rated).toMatchObject({ state: 'evaluated', rating: 4 });
    expect(rated.history.at(-1)).toMatchObject({ comment: 'quick', reason: 'rated 4 of 5' });
  });
});

describe('what a category asks of its tasks', () => {
  it('is evidence: what is missing is named, and what is there is enough', () => {
    const demo = new Demo();
    setCategory(demo, { id: 'fire', owner: 'grid-worker', evidence: ['photo', 'comment'] });
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    const bare = demo.act(task, 'feedback', 'w-zhou', { comment: ' ' });
    expect(bare).toMatchObject({
      failure: { code: 'evidence-missing', extra: { missing: ['photo', 'comment'] } },
    });
    expect(detailOf(bare)).toContain('photo and comment missing');
    const actor = { kind: 'account', id: 'w-zhou', person: 'w-zhou' } as const;
    const attach = (photo: string) =>
      demo.desk.reporting.addEvidence(task.id, { photos: [photo] }, actor, t0);
    expect(attach('p-1')).toMatchObject({ value: { evidence: ['p-1'] } });
    expect(attach('p-1')).toMatchObject({ value: { evidence: ['p-1'] } });
    expect(demo.act(task, 'feedback', 'w-zhou')).toMatchObject({
      failure: { extra: { missing: ['comment'] } },
    });
    demo.must(task, 'feedback', 'w-zhou', { comment: 'put out' });
    demo.must(task, 'close', 'l-wang');
    expect(codeOf(attach('p-2'))).toBe('wrong-state');
  });

  it('is who verifies; an admin always may', () => {
    const demo = new Demo();
    addPerson(demo.configuration, 'd-1', 'community-duty', ['c1']);
    setCategory(demo, { id: 'fire', owner: 'grid-worker', verifiers: ['community-duty'] });
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    const refused = demo.act(task, 'close', 'l-wang');
    expect(codeOf(refused)).toBe('not-allowed');
    expect(detailOf(refused)).toBe('grid-leader may not close tasks; admin, community-duty may');
    demo.must(task, 'rework', 'd-1');
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    expect(demo.must(task, 'close', 'admin').state).toBe('closed');
  });

  it('may be that who handled it verifies it, and the history says so each time', () => {
    const demo = new Demo();
    setCategory(demo, { id: 'fire', owner: 'grid-worker', selfVerify: true });
    const task = demo.raise();
    demo.must(task, 'claim', 'l-wang');
    demo.must(task, 'feedback', 'l-wang');
    const closed = demo.must(task, 'close', 'l-wang');
    expect(closed.history.at(-1)?.because).toEqual([
      { code: 'self-verified', person: 'l-wang', category: 'fire' },
    ]);
    expect(codeOf(demo.act(task, 'evaluate', 'l-wang', { rating: 5 }))).toBe('not-allowed');
  });

  it('may be so by the word of a small community, but where the category says otherwise', () => {
    const demo = new Demo();
    const handled = () => {
      const task = demo.raise();
      demo.must(task, 'claim', 'l-wang');
      return demo.must(task, 'feedback', 'l-wang');
    };
    const small = (selfVerify: boolean) => {
      const body = { id: 'c1' as never, selfVerify };
      demo.configuration.apply({ op: 'put', resource: 'community', id: 'c1', body });
    };
    small(false);
    const task = handled();
    expect(codeOf(demo.act(task, 'close', 'l-wang'))).toBe('not-allowed');
    small(true);
    const [entry] = demo.must(task, 'close', 'l-wang').history.slice(-1);
    expect(entry).toMatchObject({
      because: [{ code: 'self-verified', person: 'l-wang', category: 'fire', by: 'community' }],
      reason: 'l-wang handled it and verified it: the community allows that',
    });
    setCategory(demo, { id: 'fire', owner: 'grid-worker', selfVerify: false });
    expect(codeOf(demo.act(handled(), 'close', 'l-wang'))).toBe('not-allowed');
  });

  it('is a checklist for what people file', () => {
    const demo = new Demo();
    setCategory(demo, { id: 'environment', owner: 'grid-worker', checklist: [{ zh: '拍照' }] });
    expect(reportedIn(demo).checklist).toEqual([{ zh: '拍照' }]);
    expect(reportedIn(new Demo()).place).toBe(placeId('b3'));
  });
});
