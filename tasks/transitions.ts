import { usualVerifiers } from '#model/category.ts';
import type { Role } from '#model/role.ts';
import type { TaskState } from '#model/task.ts';

/** Every action that the contract names. */
export const taskActions = [
  'verify',
  'reject',
  'file',
  'dispatch',
  'claim',
  'accept',
  'start',
  'feedback',
  'close',
  'rework',
  'return',
  'transfer',
  'suspend',
  'request-suspension',
  'approve-suspension',
  'refuse-suspension',
  'resume',
  'urge',
  'escalate',
  'void',
  'merge',
  'split',
  'evaluate',
] as const;
export type ActionName = (typeof taskActions)[number];

/** What residents do, by their tracking code alone: no action of staff, and in the same table. */
export const residentActions = ['reopen'] as const;
export type ResidentAction = (typeof residentActions)[number];

/** What a history says beside the actions of people. None of it changes the state but `auto-close`. */
export const noteActions = [
  'report',
  'tell',
  'reopen',
  'revisit',
  'merged-rating',
  'forget',
  'join',
  'upgrade',
  're-raise',
  'retained-state',
  'evidence',
  'auto-close',
  'overdue',
  'remind',
  'shift-end',
  'hand-over',
  'clock-set-back',
  'ladder',
  'cancel',
  'resident-answer',
  'on-my-way',
  'alarm-cleared',
  'alarm-revised',
  'alarm-acknowledged',
  'alarm-disposed',
] as const;

/**
 * Beside the role: `worker` is anybody who is a person; a `not-handler` never accepted, began or fed back this task; a
 * `verifier` is of the roles that its category names (`roles` has the usual ones), and no handler unless the category
 * allows that. A `reporter` has the tracking code, and needs no role.
 */
export type Who =
  | 'anyone'
  | 'worker'
  | 'assignee'
  | 'assignee-or-dispatcher'
  | 'not-handler'
  | 'verifier'
  | 'reporter';

/** What an action has to come with. */
export type Need = 'comment' | 'to' | 'alarms' | 'rating' | 'until';

const dispatchers = [
  'admin',
  'property-manager',
  'grid-leader',
  'community-duty',
  'street-duty',
] as const satisfies readonly Role[];
const hands = ['grid-worker', 'care-staff', 'volunteer'] as const satisfies readonly Role[];
const workers = [...dispatchers, ...hands] as const satisfies readonly Role[];
const checkers = [...dispatchers, 'grid-worker', 'care-staff'] as const satisfies readonly Role[];
const verifiers = ['admin', ...usualVerifiers] as const satisfies readonly Role[];

interface Rights {
  readonly roles: readonly Role[];
  readonly who: Who;
  readonly needs: readonly Need[];
}

/** From which states to which; `via` is passed through at once and stands in the history. */
interface Move {
  readonly from: readonly TaskState[];
  /** `same`: an event in the history, the state stays. */
  readonly to: TaskState | 'same';
  readonly via?: readonly TaskState[];
  /** Where it may end instead. */
  readonly or?: readonly TaskState[];
}

const reported = ['reported', 'verifying'] as const satisfies readonly TaskState[];
const underway = ['filed', 'dispatched', 'accepted', 'in-progress'] as const satisfies readonly TaskState[];
const open = [...reported, ...underway, 'suspended', 'feedback'] as const satisfies readonly TaskState[];

/** The life cycle: who may do what, whatever the state (an answer 403 must not depend on it), and what leads where. */
const table: Readonly<Record<ActionName, Rights & { readonly moves: readonly Move[] }>> = {
  verify: { roles: checkers, who: 'anyone', needs: [], moves: [{ from: ['reported'], to: 'verifying' }] },
  reject: {
    roles: dispatchers,
    who: 'anyone',
    needs: ['comment'],
    moves: [{ from: reported, to: 'rejected' }],
  },
  file: {
    roles: dispatchers,
    who: 'anyone',
    needs: [],
    moves: [{ from: reported, to: 'dispatched', via: ['filed'] }],
  },
  dispatch: { roles: dispatchers, who: 'anyone', needs: [], moves: [{ from: ['filed'], to: 'dispatched' }] },
  claim: {
    roles: workers,
    who: 'worker',
    needs: [],
    moves: [{ from: ['filed', 'dispatched'], to: 'accepted' }],
  },
  accept: { roles: workers, who: 'assignee', needs: [], moves: [{ from: ['dispatched'], to: 'accepted' }] },
  start: { roles: workers, who: 'assignee', needs: [], moves: [{ from: ['accepted'], to: 'in-progress' }] },
  feedback: {
    roles: workers,
    who: 'assignee',
    needs: [],
    moves: [{ from: ['accepted', 'in-progress'], to: 'feedback' }],
  },
  close: { roles: verifiers, who: 'verifier', needs: [], moves: [{ from: ['feedback'], to: 'closed' }] },
  rework: {
    roles: verifiers,
    who: 'verifier',
    needs: [],
    moves: [{ from: ['feedback'], to: 'dispatched', via: ['rework'] }],
  },
  return: {
    roles: workers,
    who: 'assignee',
    needs: ['comment'],
    // Where nobody else is there it stays filed.
    moves: [
      { from: ['dispatched', 'accepted'], to: 'dispatched', via: ['returned', 'filed'], or: ['filed'] },
    ],
  },
  transfer: {
    roles: workers,
    who: 'assignee-or-dispatcher',
    needs: ['to'],
    moves: [{ from: ['dispatched', 'accepted', 'in-progress'], to: 'dispatched' }],
  },
  // Of what nobody has accepted, the clock goes on: else a call for help could be put to sleep.
  suspend: {
    roles: dispatchers,
    who: 'anyone',
    needs: ['comment'],
    moves: [{ from: ['accepted', 'in-progress'], to: 'suspended' }],
  },
  // Who has the task and may not suspend it asks; who may, answers.
  'request-suspension': {
    roles: hands,
    who: 'assignee',
    needs: ['comment', 'until'],
    moves: [{ from: ['accepted', 'in-progress'], to: 'same' }],
  },
  'approve-suspension': {
    roles: dispatchers,
    who: 'anyone',
    needs: [],
    moves: [{ from: ['accepted', 'in-progress'], to: 'suspended' }],
  },
  'refuse-suspension': {
    roles: dispatchers,
    who: 'anyone',
    needs: ['comment'],
    moves: [{ from: ['accepted', 'in-progress'], to: 'same' }],
  },
  // Back to where it was.
  resume: {
    roles: workers,
    who: 'assignee-or-dispatcher',
    needs: [],
    moves: [{ from: ['suspended'], to: 'in-progress', or: ['accepted'] }],
  },
  urge: { roles: checkers, who: 'anyone', needs: [], moves: [{ from: open, to: 'same' }] },
  escalate: {
    roles: workers,
    who: 'assignee-or-dispatcher',
    needs: [],
    moves: [{ from: open, to: 'same' }],
  },
  void: { roles: dispatchers, who: 'anyone', needs: ['comment'], moves: [{ from: open, to: 'void' }] },
  merge: {
    roles: dispatchers,
    who: 'anyone',
    needs: ['to'],
    moves: [{ from: [...reported, ...underway, 'suspended'], to: 'void' }],
  },
  split: {
    roles: dispatchers,
    who: 'anyone',
    needs: ['alarms'],
    moves: [{ from: [...underway, 'suspended', 'feedback'], to: 'same' }],
  },
  evaluate: {
    roles: dispatchers,
    who: 'not-handler',
    needs: ['rating'],
    moves: [{ from: ['closed'], to: 'evaluated' }],
  },
};

/** Within a time and so many times (tasks/verdicts.ts). */
const residentTable: Readonly<Record<ResidentAction, Rights & { readonly moves: readonly Move[] }>> = {
  reopen: {
    roles: [],
    who: 'reporter',
    needs: ['comment'],
    moves: [{ from: ['closed', 'evaluated'], to: 'dispatched', via: ['rework'] }],
  },
};

/** One row of the life cycle, as `GET /task-transitions` shows it. */
export interface Transition extends Rights {
  readonly from: TaskState;
  readonly action: ActionName | ResidentAction;
  /** Where the task is seen afterwards; `from` itself: an event in the history. */
  readonly to: TaskState;
  /** States passed through at once on the way, in order. */
  readonly via: readonly TaskState[];
  /** Where it may be seen instead. */
  readonly or: readonly TaskState[];
}

export const isAction = (action: string): action is ActionName => Object.hasOwn(table, action);

/** Who may do an action, whatever the state. */
export const rightsOf = (action: ActionName): Rights => table[action];

/** The life cycle of a task, one row for each state and action. */
export const transitions: readonly Transition[] = [...taskActions, ...residentActions].flatMap((action) => {
  const { moves, needs, roles, who } = { ...table, ...residentTable }[action];
  return moves.flatMap(({ from, or = [], to, via = [] }) =>
    from.map((state) => ({
      from: state,
      action,
      to: to === 'same' ? state : to,
      via,
      or,
      roles,
      who,
      needs,
    })),
  );
});

/** The row for a state and an action; undefined: the state does not allow it. */
export const transitionOf = (from: TaskState, action: ActionName): Transition | undefined =>
  transitions.find((row) => row.from === from && row.action === action);

/** What answers a request, and is possible only while there is one. */
export const answersRequest = (action: ActionName): boolean =>
  action === 'approve-suspension' || action === 'refuse-suspension';

/** What staff may do in a state. */
export const actionsIn = (state: TaskState): readonly ActionName[] =>
  transitions.flatMap(({ action, from }) => (from === state && isAction(action) ? [action] : []));

/** States from which a category may close a task by itself, once its alarms have cleared. */
export const mayCloseByItself = (state: TaskState): boolean =>
  state === 'feedback' || underway.some((each) => each === state);

/** Roles that may hand out tasks of others. */
export const isDispatcher = (role: Role): boolean => dispatchers.some((entry) => entry === role);

/** Ended: no sensor and no worker changes such a task any more; one that is closed may still be evaluated. */
export const isOver = (state: TaskState): boolean =>
  state === 'closed' || state === 'evaluated' || state === 'rejected' || state === 'void';

/** Its work was done and verified. */
export const isDone = (state: TaskState): boolean => state === 'closed' || state === 'evaluated';
