import type { Role } from '#model/role.ts';
import type { TaskState } from '#model/task.ts';

/** Every action that the contract names; those without a row in `transitions` have no state that allows them yet. */
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
  'resume',
  'urge',
  'escalate',
  'void',
  'merge',
  'split',
  'evaluate',
] as const;

/** Beside the role: `worker` is anybody who is a person; a `not-handler` never accepted, began or fed back this task. */
export type Who = 'anyone' | 'worker' | 'assignee' | 'assignee-or-dispatcher' | 'not-handler';

const dispatchers = [
  'admin',
  'property-manager',
  'grid-leader',
  'community-duty',
  'street-duty',
] as const satisfies readonly Role[];
const verifiers = ['admin', 'property-manager', 'grid-leader'] as const satisfies readonly Role[];
const workers = [...dispatchers, 'grid-worker', 'care-staff', 'volunteer'] as const satisfies readonly Role[];

/** Who may do what, whatever the state: an answer 403 must not depend on it. */
const rights = {
  dispatch: { roles: dispatchers, who: 'anyone', needs: [] },
  claim: { roles: workers, who: 'worker', needs: [] },
  accept: { roles: workers, who: 'assignee', needs: [] },
  start: { roles: workers, who: 'assignee', needs: [] },
  feedback: { roles: workers, who: 'assignee', needs: [] },
  close: { roles: verifiers, who: 'not-handler', needs: [] },
  rework: { roles: verifiers, who: 'not-handler', needs: [] },
  return: { roles: workers, who: 'assignee', needs: ['comment'] },
  transfer: { roles: workers, who: 'assignee-or-dispatcher', needs: ['to'] },
  void: { roles: dispatchers, who: 'anyone', needs: ['comment'] },
} as const satisfies Record<string, Rights>;

interface Rights {
  readonly roles: readonly Role[];
  readonly who: Who;
  readonly needs: readonly ('comment' | 'to')[];
}

/** The actions that some state allows. */
export type LiveAction = keyof typeof rights;

/** From which state to which; `via` is passed through at once and stands in the history. */
const moves: Readonly<
  Record<LiveAction, readonly { from: readonly TaskState[]; to: TaskState; via?: readonly TaskState[] }[]>
> = {
  dispatch: [{ from: ['filed'], to: 'dispatched' }],
  claim: [{ from: ['filed', 'dispatched'], to: 'accepted' }],
  accept: [{ from: ['dispatched'], to: 'accepted' }],
  start: [{ from: ['accepted'], to: 'in-progress' }],
  feedback: [{ from: ['accepted', 'in-progress'], to: 'feedback' }],
  close: [{ from: ['feedback'], to: 'closed' }],
  rework: [{ from: ['feedback'], to: 'dispatched', via: ['rework'] }],
  // On to dispatched when there is somebody else, else it stays filed.
  return: [{ from: ['dispatched', 'accepted'], to: 'dispatched', via: ['returned', 'filed'] }],
  transfer: [{ from: ['dispatched', 'accepted', 'in-progress'], to: 'dispatched' }],
  void: [{ from: ['filed', 'dispatched', 'accepted', 'in-progress', 'feedback'], to: 'void' }],
};

/** One row of the life cycle, as `GET /task-transitions` shows it. */
export interface Transition extends Rights {
  readonly from: TaskState;
  readonly action: LiveAction;
  /** Where the task is seen afterwards. */
  readonly to: TaskState;
  /** States passed through at once on the way, in order. A task may stay in the last one: returned with nobody else. */
  readonly via: readonly TaskState[];
}

/** Whether some state allows this action. */
export const isLive = (action: string): action is LiveAction => Object.hasOwn(rights, action);

/** Who may do an action, whatever the state. */
export const rightsOf = (action: LiveAction): Rights => rights[action];

/** The life cycle of a task, one row for each state and action. */
export const transitions: readonly Transition[] = taskActions
  .filter(isLive)
  .flatMap((action) =>
    moves[action].flatMap(({ from, to, via = [] }) =>
      from.map((state) => ({ from: state, action, to, via, ...rights[action] })),
    ),
  );

/** The row for a state and an action; undefined: the state does not allow it. */
export const transitionOf = (from: TaskState, action: LiveAction): Transition | undefined =>
  transitions.find((row) => row.from === from && row.action === action);

/** What is possible in a state. */
export const actionsIn = (state: TaskState): readonly LiveAction[] =>
  transitions.filter((row) => row.from === state).map((row) => row.action);

/** Roles that may hand out tasks of others. */
export const isDispatcher = (role: Role): boolean => dispatchers.some((entry) => entry === role);

/** Ended for good: no sensor and no worker changes such a task any more. */
export const isOver = (state: TaskState): boolean =>
  state === 'closed' || state === 'evaluated' || state === 'rejected' || state === 'void';
