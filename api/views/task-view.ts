import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { includes, residentReaders } from '#api/authorization/role-groups.ts';
import { isOwnTask } from '#api/authorization/task-concern.ts';
import { type Caller, callerOf } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { ComingSchema, comingView, LadderSchema, ladderView, peopleComing } from '#api/views/ladder-view.ts';
import { PeopleNames, PlacePath, peopleNames, placePath, RuleName } from '#api/views/names.ts';
import { Proofs } from '#api/views/proof-view.ts';
import { maySeeReport, ReportSchema, reportView } from '#api/views/report-view.ts';
import { Steps } from '#api/views/steps-view.ts';
import { severities } from '#model/alarm.ts';
import type { EpochMs, ResidentId } from '#model/brand.ts';
import { taskFields } from '#model/category.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import { Reason } from '#model/reason.ts';
import { type Role, roles } from '#model/role.ts';
import type { TaskOrder } from '#model/rule.ts';
import { type Task, taskStates } from '#model/task.ts';
import { inLanguage, LocalText } from '#model/text.ts';
import { dutyChain } from '#tasks/duty-roles.ts';
import { filledOf } from '#tasks/filled.ts';
import { isOverdue } from '#tasks/overdue.ts';
import { reasonText } from '#tasks/reason-text.ts';

export type Language = 'zh' | 'en';

/** The language that a caller wants: Chinese, unless `Accept-Language` begins with another one that is English. */
export const languageOf = (headers: { readonly 'accept-language'?: string | undefined }): Language =>
  /^\s*en\b/i.test(headers['accept-language'] ?? '') ? 'en' : 'zh';

export const TaskSchema = Type.Object(
  {
    id: Type.String(),
    version: Type.Integer(),
    state: oneOf(taskStates),
    category: Type.String(),
    severity: oneOf(severities),
    title: Type.String({ description: 'In the language of Accept-Language: zh, or en' }),
    titles: LocalText,
    place: Type.String(),
    path: PlacePath,
    roles: Type.Array(oneOf(roles), {
      description: 'The role that the task is for, then those that stand in for it, in order',
    }),
    assignee: nullable(Type.String()),
    also: Type.Array(Type.String()),
    reason: nullable(Type.String({ description: 'Why this assignee, in English' })),
    because: Type.Array(Reason, { description: 'The same as data; empty where it is older than that' }),
    rule: nullable(Type.String()),
    ruleName: RuleName,
    key: nullable(Type.String()),
    lifeSafety: Type.Boolean(),
    alarms: Type.Array(Type.String()),
    checklist: Type.Array(LocalText),
    createdAt: Instant,
    dispatchedAt: nullable(Instant),
    acceptedAt: nullable(Instant),
    acceptBy: nullable(Instant),
    handleBy: nullable(Instant),
    verifyBy: nullable(Instant),
    closeBy: nullable(Instant),
    closedAt: nullable(Instant),
    suspended: nullable(
      Type.Object(
        { from: oneOf(taskStates), at: Instant, by: Type.String(), until: nullable(Instant) },
        { description: 'Its clock is stopped; at `until` it resumes by itself' },
      ),
    ),
    suspensionRequest: nullable(
      Type.Object(
        { by: Type.String(), at: Instant, until: Instant, words: Type.String() },
        { description: 'Who has it asks for a suspension; approve-suspension or refuse-suspension answers' },
      ),
    ),
    suspendedMs: Type.Integer({
      description: 'How long it was suspended in all, without the time that lasts',
    }),
    evidence: Type.Array(Type.String(), {
      description: 'Photos that prove the work: /tasks/{id}/photos/{photo}',
    }),
    mergedInto: nullable(Type.String({ description: 'The task that goes on' })),
    splitFrom: nullable(Type.String()),
    rating: nullable(Type.Integer({ description: '1 to 5, of an evaluated task' })),
    ladder: nullable(LadderSchema),
    coming: ComingSchema,
    verifiers: Type.Array(oneOf(roles), { description: 'Who may close it or send it back' }),
    selfVerify: Type.Boolean({ description: 'Who handled it may verify it' }),
    filled: Type.Object(
      { of: Type.Integer(), filled: Type.Integer(), missing: Type.Array(oneOf(taskFields)) },
      { description: 'Of what its category wants to know, how much it says by itself' },
    ),
    overdue: Type.Boolean({ description: 'Derived from now, never stored' }),
    history: Type.Array(
      Type.Object({
        at: Instant,
        actor: Type.String(),
        action: Type.String(),
        from: nullable(oneOf(taskStates)),
        to: oneOf(taskStates),
        comment: nullable(Type.String()),
        reason: nullable(Type.String()),
        because: Type.Array(Reason),
      }),
    ),
    report: nullable(ReportSchema),
    revisitOf: nullable(Type.String({ description: 'The task whose resident was not content' })),
    revisit: nullable(
      Type.String({ description: 'Where somebody goes and asks because of the rating of this one' }),
    ),
    people: PeopleNames,
    historyHash: Type.Optional(
      Type.String({
        description:
          'Of GET /tasks/{id}: SHA-256 over the whole history. Whoever keeps it can tell later whether anything was changed',
      }),
    ),
    proofs: Type.Optional(Proofs),
    steps: Type.Optional(Steps),
    historyOmitted: Type.Optional(
      Type.Integer({
        description: 'On the stream, and with `history=` of a list: how many older entries are left out',
      }),
    ),
    alarmsOmitted: Type.Optional(
      Type.Integer({ description: 'On the stream only: how many older alarms are left out' }),
    ),
  },
  { title: 'Task' },
);

/** Who reads it, in which language. */
export interface TaskReader {
  readonly caller: Caller;
  readonly language: Language;
}

export const readerOf = (request: FastifyRequest): TaskReader => ({
  caller: callerOf(request),
  language: languageOf(request.headers),
});

/** The person that a reason names. */
const personIn = (reason: Reason): readonly string[] => {
  if (reason.code === 'named' || reason.code === 'escalated') return [reason.by];
  return 'person' in reason ? [reason.person] : [];
};

/** A person's id may be the key of a rule; whoever may not know it reads where the person lives, as with the key of the task. */
function withoutResident(reason: Reason, configuration: Configuration): Reason {
  if (!('key' in reason)) return reason;
  const resident = configuration.resident(reason.key as ResidentId);
  return resident === undefined ? reason : { ...reason, key: resident.place };
}

const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));

const limitsView = ({ acceptBy, closeBy = null, handleBy, verifyBy = null }: Task) => ({
  acceptBy: isoOrNull(acceptBy),
  handleBy: isoOrNull(handleBy),
  verifyBy: isoOrNull(verifyBy),
  closeBy: isoOrNull(closeBy),
});

function suspendedView({ suspended }: Task) {
  if (!suspended) return null;
  const { at, by, from, until } = suspended;
  return { from, at: iso(at), by, until: until === undefined ? null : iso(until) };
}

function requestView({ suspensionRequest: request }: Task) {
  return request ? { ...request, at: iso(request.at), until: iso(request.until) } : null;
}

/** The last alarm that joined is the newest that is known. */
function filledView(task: Task, order: TaskOrder | null, { configuration, reader }: ApiContext) {
  const last = task.alarms.at(-1);
  const alarm = last === undefined ? undefined : reader.alarm(last);
  const { filled, missing, of } = filledOf({ task, alarm, configuration, order });
  return { of, filled, missing: [...missing] };
}

/**
 * A task as this caller may see it, with its title in this language. Who the resident is, is for the roles that see
 * residents, and for who has the task or was told of it.
 */
export function taskView(task: Task, { caller, language }: TaskReader, context: ApiContext) {
  const { configuration, platform } = context;
  const rule = task.rule === null ? undefined : context.rule(task.rule);
  const knowsResident = includes(residentReaders, caller.role) || isOwnTask(task, caller);
  const title = knowsResident ? task.title : (task.publicTitle ?? task.title);
  const category = configuration.category(task.category);
  const isResidents = configuration.resident(task.key as ResidentId) !== undefined;
  const why = ({ because = [], reason }: Pick<Task, 'because' | 'reason'>) => {
    if (knowsResident || !because.some((each) => 'key' in each)) return { reason, because };
    const seen = because.map((each) => withoutResident(each, configuration));
    return { reason: reasonText(seen), because: seen };
  };
  return {
    id: task.id,
    version: task.version,
    state: task.state,
    category: task.category,
    severity: task.severity,
    title: inLanguage(title, language),
    titles: title,
    place: task.place,
    path: placePath(configuration, task.place),
    roles: dutyChain(rule?.task?.to ?? task.role ?? category.owner, category),
    assignee: task.assignee,
    also: task.also,
    ...why(task),
    rule: task.rule,
    ruleName: rule?.name ?? null,
    key: isResidents && !knowsResident ? task.place : task.key,
    lifeSafety: task.lifeSafety,
    alarms: task.alarms,
    checklist: task.checklist,
    createdAt: iso(task.createdAt),
    dispatchedAt: isoOrNull(task.dispatchedAt),
    acceptedAt: isoOrNull(task.acceptedAt),
    ...limitsView(task),
    closedAt: isoOrNull(task.closedAt),
    suspended: suspendedView(task),
    suspensionRequest: requestView(task),
    suspendedMs: task.suspendedMs ?? 0,
    evidence: task.evidence ?? [],
    mergedInto: task.mergedInto ?? null,
    splitFrom: task.splitFrom ?? null,
    rating: task.rating ?? null,
    ladder: ladderView(task, context.emergencyNumber),
    coming: comingView(task),
    verifiers: [...new Set<Role>(['admin', ...category.verifiers])],
    selfVerify: configuration.selfVerifyBy(task.category) !== null,
    filled: filledView(task, rule?.task ?? null, context),
    overdue: isOverdue(task, platform.now()),
    history: task.history.map((entry) => ({
      at: iso(entry.at),
      actor: entry.actor,
      action: entry.action,
      from: entry.from,
      to: entry.to,
      // What a resident said is not for who only looks on (api/views/report-view.ts).
      comment: entry.actor === 'resident' && !maySeeReport(task, caller) ? null : entry.comment,
      ...why(entry),
    })),
    report: reportView(task, caller),
    revisitOf: task.revisitOf ?? null,
    revisit: task.revisit ?? null,
    people: peopleNames(configuration, [
      ...(task.assignee === null ? [] : [task.assignee]),
      ...task.also,
      ...peopleComing(task),
      ...task.history.map((entry) => entry.actor),
      ...[task, ...task.history].flatMap(({ because = [] }) => because.flatMap(personIn)),
    ]),
    ...(task.historyOmitted === undefined ? {} : { historyOmitted: task.historyOmitted }),
    ...(task.alarmsOmitted === undefined ? {} : { alarmsOmitted: task.alarmsOmitted }),
  };
}
