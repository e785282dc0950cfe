import { describe, expect, it } from 'vitest';
import { fc } from '#tests/support/properties.ts';
import { columnsOf } from '../../dashboards/console/src/pages/tasks/columns.ts';
import { filterIn } from '../../dashboards/console/src/pages/tasks/filter-address.ts';
import { openStates } from '../../dashboards/console/src/tasks/open-states.ts';
import { placesInOrder } from '../../dashboards/console/src/tasks/place-tree.ts';
import { changesSince } from '../../dashboards/console/src/tasks/task-changes.ts';
import {
  compareUrgency,
  dueOf,
  isLate,
  type UrgentTask,
} from '../../dashboards/console/src/tasks/task-due.ts';
import { pathOf } from '../../dashboards/console/src/tasks/task-path.ts';

const task = (id: string, changes: Partial<UrgentTask> = {}): UrgentTask => ({
  id,
  state: 'dispatched',
  severity: 'minor',
  lifeSafety: false,
  acceptBy: null,
  handleBy: null,
  verifyBy: null,
  closeBy: null,
  createdAt: '2026-01-01T00:00:00Z',
  ...changes,
});
const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`;

describe('the order of tasks', () => {
  it('puts life first, then what is due first, then the graver, then the older', () => {
    const tasks = [
      task('new', { createdAt: at(9) }),
      task('old'),
      task('grave', { severity: 'critical', createdAt: at(9) }),
      task('due-late', { acceptBy: at(30) }),
      task('due-soon', { state: 'accepted', handleBy: at(10) }),
      task('life', { lifeSafety: true, acceptBy: at(59) }),
    ];
    expect(tasks.toSorted(compareUrgency).map(({ id }) => id)).toEqual([
      'life',
      'due-soon',
      'due-late',
      'grave',
      'old',
      'new',
    ]);
  });

  it('counts to accept before and to handle after the acceptance, and nothing once it was fed back', () => {
    const limits = { acceptBy: at(1), handleBy: at(2) };
    expect(dueOf(task('t', limits))).toEqual({ by: at(1), what: 'accept' });
    expect(dueOf(task('t', { ...limits, state: 'in-progress' }))).toEqual({ by: at(2), what: 'handle' });
    expect(dueOf(task('t', { ...limits, state: 'feedback' }))).toBeNull();
    expect(isLate(task('t', limits), Date.parse(at(1)))).toBe(false);
    expect(isLate(task('t', limits), Date.parse(at(1)) + 1)).toBe(true);
  });
});

describe('the way of a task', () => {
  const steps = (state: string, ...history: readonly (readonly [string, number])[]) =>
    pathOf({ state, history: history.map(([to, minute]) => ({ to, at: at(minute) })) }).map(
      ({ is, state: step }) => `${step} ${is}`,
    );

  it('is done up to now and ahead from there; what was left out is skipped', () => {
    expect(steps('feedback', ['filed', 0], ['dispatched', 0], ['accepted', 1], ['feedback', 2])).toEqual([
      'filed done',
      'dispatched done',
      'accepted done',
      'in-progress skipped',
      'feedback now',
      'closed ahead',
    ]);
  });

  it('begins anew after rework', () => {
    const round = [
      ['filed', 0],
      ['dispatched', 0],
      ['accepted', 1],
      ['feedback', 2],
    ] as const;
    const found = steps('dispatched', ...round, ['rework', 3], ['dispatched', 3]);
    expect(found.slice(1, 4)).toEqual(['dispatched now', 'accepted ahead', 'in-progress ahead']);
    expect(steps('accepted', ...round, ['dispatched', 3], ['accepted', 4])[2]).toBe('accepted now');
  });

  it('ends where it was voided', () => {
    expect(steps('void', ['filed', 0], ['dispatched', 0], ['void', 1])).toEqual([
      'filed done',
      'dispatched done',
      'void ended',
    ]);
  });
});

describe('the board', () => {
  const filter = (text: string) => filterIn(Object.fromEntries(new URLSearchParams(text)));

  it('is narrowed by what its address says, and by nothing that makes no sense', () => {
    expect(filter('place=b3&severity=critical&assignee=me&overdue=true&category=fire&view=ended')).toEqual({
      place: 'b3',
      severity: 'critical',
      assignee: 'me',
      overdue: true,
      category: 'fire',
    });
    expect(filter('severity=awful&overdue=yes&place=')).toEqual({});
  });

  const columns = (states: readonly string[], counts: Record<string, number> = {}) =>
    columnsOf(
      states.map((state, index) => ({ ...task(`t-${index}`), state })) as unknown as Parameters<
        typeof columnsOf
      >[0],
      counts,
    ).map((column) => [column.state, column.tasks.length, column.count]);

  it('has each open task in one column, and counts also those that it does not show', () => {
    expect(columns(['filed', 'rework', 'dispatched', 'feedback', 'suspended'], { dispatched: 40 })).toEqual([
      ['filed', 1, 1],
      ['dispatched', 2, 40],
      ['accepted', 0, 0],
      ['in-progress', 0, 0],
      ['suspended', 1, 1],
      ['feedback', 1, 1],
    ]);
  });

  it('has a column for every open state, those of rare states only while they hold something', () => {
    const usual = ['dispatched', 'accepted', 'in-progress', 'feedback'];
    expect(columns([]).map(([state]) => state)).toEqual(usual);
    expect(columns([], { verifying: 3 }).map(([state]) => state)).toEqual(['verifying', ...usual]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...openStates, 'a-state-to-come')), (states) => {
        const shown = columns(states).reduce((sum, [, held]) => sum + Number(held), 0);
        expect(shown).toBe(states.length);
      }),
    );
  });

  it('offers places as they lie in one another, also where their surroundings are not known', () => {
    const places = [
      { id: 'b3', parent: 'g1' },
      { id: 'far', parent: 'elsewhere' },
      { id: 'g1', parent: 'c1' },
    ];
    expect(placesInOrder(places, 'c1').map(({ depth, place }) => `${place.id} ${depth}`)).toEqual([
      'far 0',
      'g1 0',
      'b3 1',
    ]);
  });
});

describe('what changed since a task was seen', () => {
  it('is what its history grew by, also where lists leave the beginning out', () => {
    expect(changesSince({ history: ['a', 'b'] }, { history: ['a', 'b', 'c'] })).toEqual(['c']);
    expect(changesSince({ history: ['b'], historyOmitted: 1 }, { history: ['a', 'b', 'c', 'd'] })).toEqual([
      'c',
      'd',
    ]);
    expect(changesSince({ history: ['a', 'b'] }, { history: ['b', 'c'], historyOmitted: 1 })).toEqual(['c']);
  });
});
