import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { taskStates } from '#model/task.ts';
import { actionsIn, taskActions, transitions } from '#tasks/transitions.ts';

const page = readFileSync(new URL('../../docs/tasks.md', import.meta.url), 'utf8');

describe('the table of transitions', () => {
  it('has one row for each state and action, and only states and actions that exist', () => {
    const keys = transitions.map((row) => `${row.from} ${row.action}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const row of transitions) {
      for (const state of [row.from, ...row.via, row.to]) expect(taskStates).toContain(state);
      expect(taskActions).toContain(row.action);
      expect(row.roles).not.toContain('auditor');
    }
  });

  it('lets nothing happen to a task that is closed or void, and something in every state on the way', () => {
    for (const state of ['closed', 'void', 'rejected', 'evaluated'] as const)
      expect(actionsIn(state)).toEqual([]);
    for (const state of ['filed', 'dispatched', 'accepted', 'in-progress', 'feedback'] as const)
      expect(actionsIn(state)).toContain('void');
  });

  it('is the one in docs/tasks.md', () => {
    const header = '| state | action | to | who |';
    const rows = transitions.map(
      (row) => `| ${row.from} | ${row.action} | ${[...row.via, row.to].join(' → ')} | ${row.who} |`,
    );
    expect(page.match(/^\| [a-z-]+ \| [a-z]+ \| [a-z →-]+ \| [a-z-]+ \|$/gm)).toEqual([header, ...rows]);
  });

  it('has every state of the life cycle named in docs/tasks.md', () => {
    for (const state of taskStates) expect(page).toContain(`\`${state}\``);
  });
});
