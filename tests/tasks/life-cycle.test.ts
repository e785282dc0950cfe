import { describe, expect, it } from 'vitest';
import { codeOf, Demo, detailOf, orderOf, secondsIn, t0 } from '#tests/tasks/support/demo.ts';

const states = (task: { history: readonly { action: string; to: string }[] }) =>
  task.history.map((entry) => `${entry.action}→${entry.to}`);

describe('the life of a task', () => {
  it('is filed and dispatched in one go, and first seen as dispatched', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(task).toMatchObject({
      state: 'dispatched',
      version: 1,
      assignee: 'w-zhou',
      acceptBy: secondsIn(60),
    });
    expect(task.history).toMatchObject([
      { actor: 'rule:smoke-alarm', action: 'file', from: null, to: 'filed' },
      { actor: 'system', action: 'dispatch', from: 'filed', to: 'dispatched', reason: task.reason },
    ]);
    const seen = demo.store.events.filter((event) => event.topic === 'tasks');
    expect(seen.map((event) => event.body)).toEqual([expect.objectContaining({ state: 'dispatched' })]);
  });

  it('goes from accepted over in progress and feedback to closed, with the time to handle from acceptance', () => {
    const demo = new Demo();
    const task = demo.raise();
    const accepted = demo.must(task, 'accept', 'w-zhou', { now: secondsIn(30) });
    expect(accepted).toMatchObject({
      state: 'accepted',
      version: 2,
      acceptedAt: secondsIn(30),
      handleBy: secondsIn(930),
    });
    expect(demo.must(task, 'start', 'w-zhou')).toMatchObject({ state: 'in-progress', version: 3 });
    const fedBack = demo.must(task, 'feedback', 'w-zhou', { comment: 'burnt toast' });
    expect(fedBack.history.at(-1)).toMatchObject({ to: 'feedback', comment: 'burnt toast' });
    const closed = demo.must(task, 'close', 'l-wang', { now: secondsIn(500) });
    expect(closed).toMatchObject({ state: 'closed', version: 5, closedAt: secondsIn(500) });
  });

  it('may be fed back right from accepted', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    expect(demo.must(task, 'feedback', 'w-zhou').state).toBe('feedback');
  });

  it('goes back to the same worker for rework, with a new time to accept', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    const again = demo.must(task, 'rework', 'l-wang', { now: secondsIn(600), comment: 'still smells' });
    expect(again).toMatchObject({
      state: 'dispatched',
      version: 4,
      assignee: 'w-zhou',
      acceptBy: secondsIn(660),
      handleBy: null,
    });
    expect(states(again).slice(-2)).toEqual(['rework→rework', 'dispatch→dispatched']);
  });

  it('goes to somebody else at once when it is returned, never back to who returned it', () => {
    const demo = new Demo();
    const task = demo.raise();
    const second = demo.must(task, 'return', 'w-zhou', { comment: 'I am at the hospital' });
    expect(second).toMatchObject({ state: 'dispatched', assignee: 'w-chen', version: 2 });
    expect(states(second).slice(-3)).toEqual(['return→returned', 'file→filed', 'dispatch→dispatched']);
    const third = demo.must(task, 'return', 'w-chen', { comment: 'off sick' });
    expect(third.assignee).toBe('l-wang');
    expect(third.reason).toContain('no grid-worker');
  });

  it('stays filed when it is returned and nobody else is there, and a leader may dispatch it', () => {
    const demo = new Demo();
    const task = demo.raise();
    for (const who of ['w-zhou', 'w-chen', 'l-wang', 'm-li'])
      demo.must(task, 'return', who, { comment: 'no' });
    const filed = demo.task(task.id);
    expect(filed).toMatchObject({ state: 'filed', assignee: null, acceptBy: null });
    expect(filed.reason).toContain('nobody');
    const sent = demo.must(task, 'dispatch', 'l-wang', { to: 'w-chen', now: secondsIn(90) });
    expect(sent).toMatchObject({ state: 'dispatched', assignee: 'w-chen', acceptBy: secondsIn(150) });
    expect(sent.history.at(-1)?.reason).toBe('chosen by l-wang');
  });

  it('is claimed by another of the role, who has then accepted it', () => {
    const demo = new Demo();
    const task = demo.raise();
    const claimed = demo.must(task, 'claim', 'w-chen', { now: secondsIn(10) });
    expect(claimed).toMatchObject({
      state: 'accepted',
      assignee: 'w-chen',
      acceptedAt: secondsIn(10),
      handleBy: secondsIn(910),
    });
    expect(codeOf(demo.act(task, 'accept', 'w-zhou'))).toBe('not-allowed');
  });

  it('is not claimed by a role that it is not for', () => {
    const demo = new Demo();
    demo.orders.set('leak', orderOf('facilities', { to: 'property-manager' }));
    const outcome = demo.act(demo.raise('leak', { key: 'leak' }), 'claim', 'w-chen');
    expect(codeOf(outcome)).toBe('not-allowed');
    expect(detailOf(outcome)).toContain('property-manager');
  });

  it('is transferred by its assignee, who then cannot accept it any more', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    const moved = demo.must(task, 'transfer', 'w-zhou', { to: 'w-chen', now: secondsIn(100) });
    expect(moved).toMatchObject({
      state: 'dispatched',
      assignee: 'w-chen',
      acceptBy: secondsIn(160),
      acceptedAt: null,
    });
    expect(codeOf(demo.act(task, 'accept', 'w-zhou'))).toBe('not-allowed');
  });

  it('is voided by a leader with a reason, from any open state', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(codeOf(demo.act(task, 'void', 'l-wang'))).toBe('invalid-input');
    expect(demo.must(task, 'void', 'l-wang', { comment: 'a test' }).state).toBe('void');
    expect(detailOf(demo.act(task, 'dispatch', 'l-wang'))).toContain('nothing is possible any more');
  });
});

describe('a refusal', () => {
  it('names the state and what is possible now', () => {
    const demo = new Demo();
    const outcome = demo.act(demo.raise(), 'start', 'w-zhou');
    expect(codeOf(outcome)).toBe('wrong-state');
    expect(detailOf(outcome)).toContain('dispatched');
    expect(detailOf(outcome)).toContain('accept');
  });

  it('is stale-version for a version that does not stand', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'accept', 'w-zhou');
    expect(codeOf(demo.act(task, 'start', 'w-zhou', { version: 1 }))).toBe('stale-version');
  });

  it.each([
    ['accept', 'w-chen', {}],
    ['accept', 'm-li', {}],
    ['accept', 'admin', {}],
    ['close', 'w-chen', {}],
    ['void', 'w-zhou', { comment: 'x' }],
    ['transfer', 'w-chen', { to: 'm-li' }],
  ])('forbids %s by %s before it looks at state and version', (action, who, input) => {
    const demo = new Demo();
    expect(codeOf(demo.act(demo.raise(), action, who, { version: 99, ...input }))).toBe('not-allowed');
  });

  it('keeps a leader who handled it from verifying it, also after it was handed on', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'claim', 'l-wang');
    demo.must(task, 'start', 'l-wang');
    demo.must(task, 'transfer', 'm-li', { to: 'w-zhou' });
    demo.must(task, 'accept', 'w-zhou');
    demo.must(task, 'feedback', 'w-zhou');
    for (const action of ['close', 'rework']) {
      const outcome = demo.act(task, action, 'l-wang');
      expect(codeOf(outcome)).toBe('not-allowed');
      expect(detailOf(outcome)).toContain('handled');
    }
    expect(demo.must(task, 'close', 'm-li').state).toBe('closed');
  });

  it('knows the handler behind an account of another name', () => {
    const demo = new Demo();
    const task = demo.raise();
    demo.must(task, 'claim', 'm-li');
    demo.must(task, 'feedback', 'm-li');
    const input = { task: task.id, action: 'close', version: demo.task(task.id).version };
    const boss = { kind: 'account', id: 'boss', person: 'm-li' } as const;
    const person = demo.configuration.person('m-li' as never)?.id;
    expect(codeOf(demo.desk.act(input, boss, 'admin', person, t0))).toBe('not-allowed');
    const other = { kind: 'account', id: 'boss' } as const;
    expect(codeOf(demo.desk.act(input, other, 'admin', undefined, t0))).toBe('ok');
  });

  it('keeps people of other places away, but not admin, operator and system', () => {
    const demo = new Demo();
    demo.configuration.apply({
      op: 'put',
      resource: 'person',
      id: 'l-far',
      body: { id: 'l-far' as never, role: 'grid-leader', places: ['g2' as never] },
    });
    const task = demo.raise();
    const outcome = demo.act(task, 'void', 'l-far', { comment: 'x' });
    expect(codeOf(outcome)).toBe('not-allowed');
    expect(detailOf(outcome)).toContain('b3-0502');
    const operator = { kind: 'operator', id: 'operator' } as const;
    const input = { task: task.id, action: 'void', version: 1, comment: 'x' };
    expect(codeOf(demo.desk.act(input, operator, 'auditor', undefined, t0))).toBe('ok');
  });

  it.each([
    ['dispatch to nobody known', { to: 'ghost' }, 'unknown-reference'],
    ['dispatch to one of another place', { to: 'w-far' }, 'invalid-input'],
    ['dispatch to who has it', { to: 'w-zhou' }, 'invalid-input'],
    ['a transfer to nobody', {}, 'invalid-input'],
  ])('is given for %s', (_what, input, code) => {
    const demo = new Demo();
    demo.configuration.apply({
      op: 'put',
      resource: 'person',
      id: 'w-far',
      body: { id: 'w-far' as never, role: 'grid-worker', places: ['g2' as never] },
    });
    expect(codeOf(demo.act(demo.raise(), 'transfer', 'l-wang', input))).toBe(code);
  });

  it('is given for actions and tasks that do not exist', () => {
    const demo = new Demo();
    const task = demo.raise();
    expect(codeOf(demo.act(task, 'explode', 'l-wang'))).toBe('invalid-input');
    expect(codeOf(demo.act(task, 'merge', 'l-wang'))).toBe('invalid-input');
    expect(codeOf(demo.act(task, 'merge', 'l-wang', { to: 't-none' }))).toBe('unknown-reference');
    const operator = { kind: 'operator', id: 'operator' } as const;
    const input = { task: 't-none' as never, action: 'accept', version: 1 };
    expect(codeOf(demo.desk.act(input, operator, 'admin', undefined, t0))).toBe('not-found');
  });
});

describe('a task that a person files', () => {
  it('is dispatched to the owner of its category', () => {
    const demo = new Demo();
    const actor = { kind: 'account', id: 'l-wang', person: 'l-wang' } as const;
    const wish = { category: 'facilities', severity: 'minor', title: '路灯不亮', place: 'b3' } as const;
    const outcome = demo.desk.create({ ...wish, comment: 'since Monday' }, 't-1' as never, actor, t0);
    expect(outcome).toMatchObject({
      ok: true,
      value: { state: 'dispatched', version: 1, assignee: 'm-li', rule: null, title: { zh: '路灯不亮' } },
    });
    expect(demo.task('t-1').history[0]).toMatchObject({ actor: 'l-wang', comment: 'since Monday' });
    expect(codeOf(demo.desk.create(wish, 't-1' as never, actor, t0))).toBe('already-exists');
    expect(codeOf(demo.desk.create({ ...wish, place: 'moon' }, 't-2' as never, actor, t0))).toBe(
      'unknown-reference',
    );
    expect(codeOf(demo.desk.create({ ...wish, place: 'c1' }, 't-2' as never, actor, t0))).toBe('ok');
  });
});
