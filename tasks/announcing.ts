import { isMoreSevere } from '#model/alarm.ts';
import type { EpochMs, PersonId } from '#model/brand.ts';
import { type CareLadder, outsiderId } from '#model/care-ladder.ts';
import type { Notice, NoticeKind } from '#model/notice.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { isOver } from '#tasks/transitions.ts';

/** A version of a task that was just written, and what led to it. */
export interface Change {
  /** null: there was no such task. */
  readonly before: TaskRow | null;
  readonly after: TaskRow;
  /** The history that this version adds. */
  readonly entries: readonly TaskHistoryEntry[];
  readonly at: EpochMs;
  /** Entries of the history after a change that leaves the version as it is (task-ledger.ts, amend). */
  readonly amendment?: number;
  /** A call for help came again, of which whoever has the task has to hear. */
  readonly callsAgain?: boolean;
}

/**
 * Who is to be told of a change, and what: one notice to a person, the weightiest. Nobody is told of what they did
 * themselves. Ids count within the version, so that the same change gives the same notices.
 */
export function noticesOf(change: Change): readonly Omit<Notice, 'seq'>[] {
  const { after, amendment, at, entries } = change;
  const version = amendment === undefined ? `${after.version}` : `${after.version}+${amendment}`;
  const self = entries.at(-1)?.actor;
  const kinds = new Map<PersonId, NoticeKind>();
  for (const tell of [
    ending,
    assignment,
    comingBack,
    worsening,
    escalation,
    asking,
    telling,
    calming,
    calling,
    recalling,
    nudging,
  ]) {
    for (const [person, kind] of tell(change)) {
      if (person !== self && !kinds.has(person)) kinds.set(person, kind);
    }
  }
  const because = entries.findLast((entry) => (entry.because ?? []).length > 0)?.because ?? [];
  return [...kinds].map(([person, kind], number) => ({
    id: `${after.id}:${version}:${number}`,
    at,
    task: after.id,
    version: after.version,
    kind,
    person,
    severity: after.severity,
    lifeSafety: after.lifeSafety,
    category: after.category,
    place: after.place,
    because,
  }));
}

type Told = readonly (readonly [PersonId, NoticeKind])[];

const nobody: Told = [];
const all = (people: readonly PersonId[], kind: NoticeKind): Told =>
  people.map((person) => [person, kind] as const);
/** Who has to do something about a task now: its worker; while it has none, whoever was told and may take it. */
const holders = ({ also, assignee }: TaskRow): readonly PersonId[] => (assignee === null ? also : [assignee]);
const concerned = ({ also, assignee }: TaskRow): readonly PersonId[] =>
  assignee === null ? also : [assignee, ...also];
const has = ({ entries }: Change, action: string): boolean =>
  entries.some((entry) => entry.action === action);

/** It is over: nobody sets out any more. Later steps of what is over (an evaluation) call nobody. */
function ending({ after, before }: Change): Told {
  if (!isOver(after.state)) return nobody;
  if (before === null || isOver(before.state)) return nobody;
  return [...all(concerned(before), 'ended'), ...all(familyOf(before), 'family-over')];
}

function assignment({ after, before }: Change): Told {
  if (isOver(after.state)) return nobody;
  const [was, is] = [before?.assignee ?? null, after.assignee];
  if (was === is) return nobody;
  return [...(is === null ? [] : all([is], 'assigned')), ...(was === null ? [] : all([was], 'withdrawn'))];
}

/** Its work was not enough, says who verified it or the resident: back to who did it. */
const comingBack = (change: Change): Told =>
  has(change, 'rework') || has(change, 'reopen') ? all(holders(change.after), 'returned') : nobody;

function worsening({ after, before }: Change): Told {
  if (before === null || isOver(after.state) || !isMoreSevere(after.severity, before.severity)) return nobody;
  return all(concerned(after), 'upgraded');
}

/** To whom it was escalated; where they knew of it before, they hear of it again. */
function escalation({ after, entries }: Change): Told {
  if (isOver(after.state)) return nobody;
  const told = entries
    .filter(({ action }) => action === 'escalate' || action === 'ladder')
    .flatMap(({ because = [] }) =>
      because.flatMap((reason) => (reason.code === 'told' ? reason.person : [])),
    );
  return all(
    after.also.filter((person) => told.includes(person)),
    'escalated',
  );
}

/** Somebody asks for a suspension, and who asked hears the answer. */
function asking({ after, before, entries }: Change): Told {
  const asked = entries
    .filter(({ action }) => action === 'request-suspension')
    .flatMap(({ because = [] }) => because.flatMap((each) => (each.code === 'told' ? each.person : [])));
  const isAnswered = entries.some(({ action }) => answers.has(action));
  const request = isAnswered ? before?.suspensionRequest : null;
  const asker = request && after.assignee === request.by ? [after.assignee] : [];
  return [
    ...all(
      after.also.filter((person) => asked.includes(person)),
      'asked',
    ),
    ...all(asker, 'told'),
  ];
}

const answers: ReadonlySet<string> = new Set(['approve-suspension', 'refuse-suspension', 'suspend']);

const telling = (change: Change): Told =>
  isOver(change.after.state) ? nobody : all(newlyTold(change), 'told');

function nudging(change: Change): Told {
  if (has(change, 'urge')) return all(holders(change.after), 'urged');
  if (wentOn(change)) return all(holders(change.after), 'reminder');
  if (!has(change, 'remind') && !has(change, 'overdue') && !isAtTop(change)) return nobody;
  // Whom it was escalated to has as much reason to take it as long as nobody has.
  const { after } = change;
  // Who fed it back has done what was theirs.
  if (after.state === 'feedback') return all(after.also, 'reminder');
  return all(after.acceptedAt === null ? concerned(after) : holders(after), 'reminder');
}

/** The button was pressed again, or the fire is in one more room: who has it hears of it, and who may take it. */
const recalling = ({ after, callsAgain = false }: Change): Told =>
  callsAgain ? all(after.acceptedAt === null ? concerned(after) : holders(after), 'again') : nobody;

/** The suspension ended by itself. */
const wentOn = ({ entries }: Change): boolean =>
  entries.some(({ action, actor }) => action === 'resume' && actor === 'system');

/** Nobody more is called: the device took its call back, or the resident is well. */
const calming = (change: Change): Told => {
  const { after, before } = change;
  const isNews = after.ladder?.stopped && before?.ladder?.stopped?.at !== after.ladder.stopped.at;
  return isNews && !isOver(after.state) ? all(concerned(after), 'calmed') : nobody;
};

/** Residents and families whose turn it is on the care ladder. */
const calling = ({ after, before }: Change): Told =>
  newRungs(before?.ladder, after.ladder).flatMap(({ called }) =>
    called.map(
      (each) => [outsiderId(each), each.contact === undefined ? 'resident-check' : 'family-called'] as const,
    ),
  );

function newRungs(before: CareLadder | undefined, after: CareLadder | undefined): CareLadder['rungs'] {
  const known = before?.startedAt === after?.startedAt ? (before?.at ?? -1) : -1;
  return (after?.rungs ?? []).filter((rung, index) => rung.begunAt !== null && index > known);
}

const familyOf = ({ ladder }: TaskRow): readonly PersonId[] =>
  (ladder?.rungs ?? [])
    .flatMap(({ called }) => called)
    .filter(({ contact }) => contact !== undefined)
    .map(outsiderId);

/** The emergency number is shown now. */
const isAtTop = ({ entries }: Change): boolean =>
  entries.some(({ because = [] }) => because.some(({ code }) => code === 'emergency-number'));

function newlyTold({ after, before }: Change): readonly PersonId[] {
  const known = new Set(before?.also ?? []);
  return after.also.filter((person) => !known.has(person));
}
