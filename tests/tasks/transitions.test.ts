import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { taskStates } from '#model/task.ts';
import { withLifeCycle } from '#tasks/life-cycle-page.ts';
import { actionsIn, isOver, residentActions, taskActions, transitions } from '#tasks/transitions.ts';
import { codeOf, Demo } from '#tests/tasks/support/demo.ts';

const page = readFileSync(new URL('../../docs/tasks.md', import.meta.url), 'utf8');

describe('the table of transitions', () => {
  it('has one row for each state and action, and only states and actions that exist', () => {
    const keys = transitions.map((row) => `${row.from} ${row.action}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const row of transitions) {
      for (const state of [row.from, ...row.via, row.to, ...row.or]) expect(taskStates).toContain(state);
      expect([...taskActions, ...residentActions]).toContain(row.action);
      expect(row.roles).not.toContain('auditor');
    }
  });

  it('lets nothing happen to a task that has ended but that a closed one is evaluated, and something in every state on the way', () => {
    for (const state of ['void', 'rejected', 'evaluated'] as const) expect(actionsIn(state)).toEqual([]);
    expect(actionsIn('closed')).toEqual(['evaluate']);
    const passing = new Set(['rework', 'returned']);
    for (const state of taskStates.filter((each) => !isOver(each) && !passing.has(each)))
      expect(actionsIn(state), state).toContain('void');
  });

  it('knows what a resident does, who has no role, and takes it of no staff', () => {
    const reopening = transitions.filter(({ action }) => action === 'reopen');
    expect(reopening.map(({ from }) => from)).toEqual(['closed', 'evaluated']);
    for (const row of reopening)
      expect(row).toMatchObject({ via: ['rework'], to: 'dispatched', who: 'reporter', roles: [] });
    const demo = new Demo();
    const task = demo.raise();
    expect(codeOf(demo.act(task, 'reopen', 'm-li', { comment: 'x' }))).toBe('invalid-input');
    expect(page).toContain('closed --> dispatched: reopen 重新打开 (返工)');
  });

  it('has a way for every action, and a way into every state', () => {
    expect(new Set(transitions.map(({ action }) => action))).toEqual(
      new Set([...taskActions, ...residentActions]),
    );
    const reached = new Set(transitions.flatMap(({ or, to, via }) => [to, ...via, ...or]));
    expect(taskStates.filter((state) => state !== 'reported' && !reached.has(state))).toEqual([]);
  });

  it('draws itself in docs/tasks.md, as it is now', () => {
    expect(withLifeCycle(page)).toBe(page);
    expect(() => withLifeCycle(page.replace('<!-- end: diagram -->', ''))).toThrow('no section diagram');
  });
});
