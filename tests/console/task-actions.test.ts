import { describe, expect, it } from 'vitest';
import { epochMs, type PersonId, type PlaceId } from '#model/brand.ts';
import { type Role, roles } from '#model/role.ts';
import { type TaskState, taskStates } from '#model/task.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { transitions } from '#tasks/transitions.ts';
import { fc } from '#tests/support/properties.ts';
import { addPerson, Demo, orderOf, personId, t0 } from '#tests/tasks/support/demo.ts';
import {
  type ActedTask,
  type Actor,
  actionsFor,
  byWeight,
  isAtOnce,
} from '../../dashboards/console/src/tasks/task-actions.ts';

/** As `GET /task-transitions` answers. */
const table = transitions.map((row) => ({ state: row.from, ...row }));

/** One person of each role in the grid, and a worker of another one. */
const staff = roles.map((role) => ({ id: `p-${role}`, role, places: ['g1'] }));
const outsider = { id: 'p-outside', role: 'grid-worker', places: ['g2'] } as const;
const people = [...staff, outsider];

const handlings = ['accept', 'claim', 'start', 'feedback', 'dispatch', 'transfer'] as const;

const scene = fc.record({
  state: fc.constantFrom<TaskState>(...taskStates),
  assignee: fc.constantFrom(null, ...people.map(({ id }) => id)),
  wanted: fc.constantFrom<Role>('grid-worker', 'care-staff', 'volunteer', 'grid-leader'),
  selfVerify: fc.boolean(),
  isAsked: fc.boolean(),
  past: fc.array(
    fc.record({
      action: fc.constantFrom(...handlings),
      actor: fc.constantFrom(...people.map(({ id }) => id), 'acc-admin'),
    }),
    { maxLength: 4 },
  ),
  // Who asks: somebody of the staff, or an account that stands for nobody.
  asker: fc.oneof(
    fc.constantFrom(...people).map((person) => ({ ...person, person: person.id as string | null })),
    fc.constantFrom<Role>(...roles).map((role) => ({ id: `acc-${role}`, role, person: null, places: null })),
  ),
});

/** The task as the server has it, in the middle of whatever happened to it. */
function stage({ assignee, isAsked, past, selfVerify, state, wanted }: Omit<Scene, 'asker'>) {
  const demo = new Demo();
  const body = { id: 'fire', owner: 'grid-worker', selfVerify } as const;
  demo.configuration.apply({ op: 'put', resource: 'category', id: 'fire', body });
  for (const { id, places, role } of people) addPerson(demo.configuration, id, role, [...places]);
  demo.orders.set('smoke-alarm', orderOf('fire', { to: wanted }));
  demo.orders.set('lift-alarm', orderOf('lift'));
  const task = demo.raise();
  // A second alarm of the same, so that one can be split off, and another task to merge into.
  demo.raise();
  const other = demo.raise('lift-alarm', { key: 'lift-1', lifeSafety: false });
  const row = demo.store.tasks.get(task.id);
  if (!row) throw new Error('no task');
  const request = { by: 'p-grid-worker', at: t0, until: epochMs(t0 + 60_000), words: '…' };
  demo.store.putTask({
    ...row,
    state,
    assignee: assignee === null ? null : personId(assignee),
    suspensionRequest: isAsked ? request : null,
  });
  for (const { action, actor } of past)
    demo.store.appendHistory(row.id, {
      at: t0,
      actor,
      action,
      from: state,
      to: state,
      comment: null,
      reason: null,
    });
  return { demo, id: row.id, place: row.place, version: row.version, alarms: row.alarms, other: other.id };
}
type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never;

describe('what the console offers to do with a task', () => {
  it('is exactly what the server takes, for every state, role and part in the task', () => {
    fc.assert(
      fc.property(scene, ({ asker, ...given }) => {
        const { alarms, demo, id, place } = stage(given);
        const view: ActedTask = {
          state: given.state,
          place,
          path: demo.configuration.path(place).map((step) => ({ id: step })),
          assignee: given.assignee,
          roles: dutyChain(given.wanted),
          verifiers: ['admin', 'property-manager', 'grid-leader'],
          selfVerify: given.selfVerify,
          alarms,
          suspensionRequest: given.isAsked ? {} : null,
          history: demo.task(id).history,
        };
        const actor: Actor = asker;
        const offered = actionsFor(view, actor, table).map(({ action }) => action);

        // Somebody who works there and does not have it yet.
        const to =
          staff.find((person) => person.id !== given.assignee && person.role !== 'auditor')?.id ?? '';
        const taken = [...new Set(table.map(({ action }) => action))].filter((action) => {
          const anew = stage(given);
          const { person } = asker;
          const outcome = anew.demo.desk.act(
            {
              task: anew.id,
              action,
              version: anew.version,
              comment: 'why',
              to: action === 'merge' ? anew.other : to,
              alarms: anew.alarms.slice(0, 1),
              rating: 4,
              until: epochMs(t0 + 60_000),
            },
            { kind: 'account', id: asker.id, ...(person === null ? {} : { person }) },
            asker.role,
            person === null ? undefined : (person as PersonId),
            epochMs(t0 + 1_000),
          );
          return outcome.ok;
        });
        expect(new Set(offered)).toEqual(new Set(taken));
      }),
      { numRuns: 250, seed: 7 },
    );
  });

  it('is nothing where the server is newer and asks for a part that this page does not know', () => {
    const [row] = table;
    if (!row) throw new Error('an empty table');
    const task: ActedTask = {
      state: row.state,
      place: 'g1' as PlaceId,
      path: [],
      assignee: null,
      roles: [],
      verifiers: [],
      selfVerify: false,
      alarms: [],
      suspensionRequest: null,
      history: [],
    };
    const admin: Actor = { id: 'admin', role: 'admin', person: null, places: null };
    expect(actionsFor(task, admin, [row])).toHaveLength(1);
    expect(actionsFor(task, admin, [{ ...row, who: 'a-new-part' }])).toEqual([]);
  });

  it('has the usual step first and what cannot be taken back last', () => {
    const inState = (state: string) => byWeight(table.filter((row) => row.state === state));
    const names = (state: string) => inState(state).map(({ action }) => action);
    expect(names('dispatched')).toEqual([
      'accept',
      'return',
      'transfer',
      'urge',
      'escalate',
      'merge',
      'split',
      'void',
    ]);
    expect(names('feedback')).toEqual(['close', 'rework', 'urge', 'escalate', 'split', 'void']);
    expect(names('filed')).toEqual(['claim', 'dispatch', 'urge', 'escalate', 'merge', 'split', 'void']);
    expect(names('suspended')[0]).toBe('resume');
    expect(names('reported')[0]).toBe('file');
  });

  it('takes one tap for what asks nothing', () => {
    const once = new Set(table.filter(isAtOnce).map(({ action }) => action));
    expect(once).toEqual(new Set(['accept', 'claim', 'start', 'verify', 'resume']));
  });

  it('splits nothing off a task of one alarm', () => {
    const splits = table.filter(({ action }) => action === 'split');
    const { demo, id } = stage({
      state: 'filed',
      assignee: null,
      wanted: 'grid-worker',
      selfVerify: false,
      isAsked: false,
      past: [],
    });
    const task = {
      ...demo.task(id),
      path: [],
      roles: [],
      verifiers: [],
      selfVerify: false,
      suspensionRequest: null,
    };
    const admin: Actor = { id: 'admin', role: 'admin', person: null, places: null };
    expect(actionsFor(task, admin, splits)).toHaveLength(1);
    expect(actionsFor({ ...task, alarms: task.alarms.slice(1) }, admin, splits)).toEqual([]);
  });
});
