import type { PersonId, PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Failure } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import type { Role } from '#model/role.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { type ActionName, isDispatcher, rightsOf } from '#tasks/transitions.ts';

/** Who asks for an action on a task, as it is checked and written down. */
export interface Asker {
  readonly actor: Actor;
  readonly role: Role;
  readonly person: PersonId | undefined;
}

/** The name that the history keeps. */
export const actorName = (asker: Pick<Asker, 'actor'>): string => asker.actor.person ?? asker.actor.id;

const handling: ReadonlySet<string> = new Set(['accept', 'claim', 'start', 'feedback']);

/** Everybody who handled the task so far: who accepted, claimed, began or fed back, and who has it now. */
export function handlersOf(row: TaskRow, history: readonly TaskHistoryEntry[]): ReadonlySet<string> {
  const names = history.filter((entry) => handling.has(entry.action)).map((entry) => entry.actor);
  return new Set(row.assignee === null ? names : [...names, row.assignee]);
}

/** Whether the one who asks handled this very task. */
export function isHandler(asker: Asker, row: TaskRow, history: readonly TaskHistoryEntry[]): boolean {
  const handlers = handlersOf(row, history);
  return [asker.person, actorName(asker)].some((name) => name !== undefined && handlers.has(name));
}

/** True when somebody works at a place: it lies in their places, or a roster for it names them. */
export const worksAt = (configuration: Configuration, person: PersonId, place: PlaceId): boolean =>
  configuration.person(person)?.places.some((own) => configuration.isWithin(place, own)) === true ||
  [...configuration.rosters()].some(
    (roster) =>
      configuration.isWithin(place, roster.place) && roster.shifts.some((shift) => shift.person === person),
  );

export interface PermissionQuestion {
  readonly configuration: Configuration;
  readonly row: TaskRow;
  readonly action: ActionName;
  readonly asker: Asker;
  readonly history: readonly TaskHistoryEntry[];
  /** The role that the task is for. */
  readonly wanted: Role;
  /** The other task that it is about: of merge, the one that goes on. */
  readonly other?: TaskRow | undefined;
}

/** Why somebody may not do this, whatever the task's state; undefined: they may. */
export function refusal(question: PermissionQuestion): Failure | undefined {
  const why = roleRefusal(question) ?? placeRefusal(question) ?? partRefusal(question);
  return why === undefined ? undefined : { code: 'not-allowed', detail: why };
}

const standsAbove = ({ actor, role }: Asker): boolean =>
  actor.kind === 'operator' || actor.kind === 'system' || role === 'admin';

function roleRefusal({ action, asker, configuration, row }: PermissionQuestion): string | undefined {
  const { roles, who } = rightsOf(action);
  const verifiers = configuration.category(row.category).verifiers;
  const allowed: readonly Role[] = who === 'verifier' ? ['admin', ...verifiers] : roles;
  const role = standsAbove(asker) ? 'admin' : asker.role;
  return allowed.includes(role)
    ? undefined
    : `${role} may not ${action} tasks; ${[...new Set(allowed)].join(', ')} may`;
}

/** An account without a person has no places of its own: what it may reach is the API's to say. */
function placeRefusal({ configuration, row, other, asker }: PermissionQuestion): string | undefined {
  const { person } = asker;
  if (standsAbove(asker) || person === undefined) return undefined;
  const elsewhere = [row, ...(other ? [other] : [])]
    .filter(({ assignee }) => assignee !== person)
    .find(({ place }) => !worksAt(configuration, person, place));
  if (!elsewhere) return undefined;
  return configuration.person(person)
    ? `${person} does not work at ${elsewhere.place}`
    : `there is no person ${person} any more`;
}

/** Whether the part that somebody has in this very task allows it. */
function partRefusal(question: PermissionQuestion): string | undefined {
  const { configuration, row, action, asker, history, wanted } = question;
  const { person, role } = asker;
  const isAssignee = person !== undefined && person === row.assignee;
  const owner = row.assignee === null ? 'it has none' : `that is ${row.assignee}`;
  const { who } = rightsOf(action);
  switch (who) {
    case 'anyone':
      return undefined;
    case 'worker':
      if (person === undefined) return `${action} is for a person: ${asker.actor.id} is none`;
      if (isAssignee || dutyChain(wanted, configuration.category(row.category)).includes(role))
        return undefined;
      return `this task is for a ${wanted} or who stands in for one, not for a ${role}`;
    case 'assignee':
      return isAssignee ? undefined : `${action} belongs to the assignee: ${owner}`;
    case 'assignee-or-dispatcher':
      return isAssignee || standsAbove(asker) || isDispatcher(role)
        ? undefined
        : `${action} belongs to the assignee (${owner}) or to who dispatches`;
    case 'not-handler':
      return isHandler(asker, row, history)
        ? `${actorName(asker)} handled this task; that is for somebody else to say`
        : undefined;
    case 'reporter':
      return `${action} is for the resident who reported it`;
    case 'verifier':
      return isHandler(asker, row, history) && configuration.selfVerifyBy(row.category) === null
        ? `${actorName(asker)} handled this task; somebody else verifies it`
        : undefined;
    default:
      return who satisfies never;
  }
}
