/** One row of `GET /task-transitions`. */
export interface Transition {
  readonly state: string;
  readonly action: string;
  readonly to: string;
  readonly via: readonly string[];
  readonly roles: readonly string[];
  readonly who: string;
  readonly needs: readonly string[];
}

/** As much of a task as says who may do what with it. */
export interface ActedTask {
  readonly state: string;
  readonly place: string;
  readonly path: readonly { readonly id: string }[];
  readonly assignee: string | null;
  /** The role that it is for, then those that stand in for it. */
  readonly roles: readonly string[];
  /** Who may close it or send it back. */
  readonly verifiers: readonly string[];
  /** Who handled it may verify it. */
  readonly selfVerify: boolean;
  /** Somebody asks to suspend it. */
  readonly suspensionRequest: object | null;
  /** One stays where it is, so of one alone none can be split off. */
  readonly alarms: readonly string[];
  readonly history: readonly { readonly action: string; readonly actor: string }[];
}

/** Who is signed in. */
export interface Actor {
  readonly id: string;
  readonly role: string;
  readonly person: string | null;
  /** null: everywhere. */
  readonly places: readonly string[] | null;
}

/**
 * What the server would take from this person now, in the order of its table: the same questions as it asks (role, place,
 * part in this task), put to the same table. A test holds both against one another.
 */
export const actionsFor = (
  task: ActedTask,
  actor: Actor,
  table: readonly Transition[],
): readonly Transition[] =>
  worksThere(task, actor)
    ? table.filter(
        (row) =>
          row.state === task.state &&
          isAskable(row, task) &&
          rolesFor(row, task).includes(actor.role) &&
          hasPart(row, task, actor, table),
      )
    : [];

/** What the dialog can ask for. An action of a newer server may want what it does not know. */
const asked: readonly string[] = ['comment', 'to', 'alarms', 'rating', 'until'];
const answers: readonly string[] = ['approve-suspension', 'refuse-suspension'];
const isAskable = ({ action, needs }: Transition, { alarms, suspensionRequest }: ActedTask): boolean =>
  needs.every((need) => asked.includes(need)) &&
  (!needs.includes('alarms') || alarms.length > 1) &&
  (!answers.includes(action) || suspensionRequest !== null);

const rolesFor = (row: Transition, task: ActedTask): readonly string[] =>
  row.who === 'verifier' ? task.verifiers : row.roles;

/** An account without a person sees no task that it may not act on for its place. */
function worksThere({ assignee, path, place }: ActedTask, { person, places, role }: Actor): boolean {
  if (role === 'admin' || person === null || person === assignee || places === null) return true;
  return places.includes(place) || path.some(({ id }) => places.includes(id));
}

function hasPart(row: Transition, task: ActedTask, actor: Actor, table: readonly Transition[]): boolean {
  const { person, role } = actor;
  const isAssignee = person !== null && person === task.assignee;
  switch (row.who) {
    case 'anyone':
      return true;
    case 'worker':
      return person !== null && (isAssignee || task.roles.includes(role));
    case 'assignee':
      return isAssignee;
    case 'assignee-or-dispatcher':
      return isAssignee || dispatchers(table).includes(role);
    case 'not-handler':
      return !handlersOf(task).has(person ?? actor.id);
    case 'verifier':
      return task.selfVerify || !handlersOf(task).has(person ?? actor.id);
    default:
      // Of a server that is newer than this page: it is left out rather than refused.
      return false;
  }
}

const dispatchers = (table: readonly Transition[]): readonly string[] =>
  table.find(({ action }) => action === 'dispatch')?.roles ?? [];

const handling: ReadonlySet<string> = new Set(['accept', 'claim', 'start', 'feedback']);

/** Who verifies is not who handled. */
function handlersOf({ assignee, history }: ActedTask): ReadonlySet<string> {
  const names = history.filter(({ action }) => handling.has(action)).map(({ actor }) => actor);
  return new Set(assignee === null ? names : [...names, assignee]);
}

/** What one most likely came for: shown first and large. */
const usual = ['accept', 'claim', 'feedback', 'close', 'dispatch', 'start', 'resume', 'file', 'verify'];
export const isUsual = ({ action }: Transition): boolean => usual.includes(action);

/**
 * As they are offered: the usual next step first, what cannot be taken back last, the others as the table has them. To take
 * what one has already is to accept it.
 */
export function byWeight(actions: readonly Transition[]): readonly Transition[] {
  const isOwn = actions.some(({ action }) => action === 'accept');
  const weight = ({ action }: Transition): number => {
    const found = usual.indexOf(action);
    if (found >= 0) return found;
    return action === 'void' ? usual.length + 1 : usual.length;
  };
  const offered = actions.filter(({ action }) => action !== 'claim' || !isOwn);
  return offered.toSorted((a, b) => weight(a) - weight(b));
}

/** Beside the usual step; the rest is under one button, so that nobody has to read ten of them. */
const beside: readonly string[] = ['rework', 'return', 'reject', 'transfer', ...answers];
export const isRare = (row: Transition): boolean => !isUsual(row) && !beside.includes(row.action);

/** Actions that ask nothing and are done at one tap. */
const atOnce: ReadonlySet<string> = new Set(['accept', 'claim', 'start', 'verify', 'resume']);
export const isAtOnce = ({ action, needs }: Transition): boolean => needs.length === 0 && atOnce.has(action);
