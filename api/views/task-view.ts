import { Type } from 'typebox';
import type { ApiContext } from '#api/context.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { severities } from '#model/alarm.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { type Task, taskStates } from '#model/task.ts';
import { inLanguage, LocalText } from '#model/text.ts';
import { isOverdue } from '#tasks/overdue.ts';

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
    assignee: nullable(Type.String()),
    also: Type.Array(Type.String()),
    reason: nullable(Type.String()),
    rule: nullable(Type.String()),
    key: nullable(Type.String()),
    lifeSafety: Type.Boolean(),
    alarms: Type.Array(Type.String()),
    checklist: Type.Array(LocalText),
    createdAt: Instant,
    dispatchedAt: nullable(Instant),
    acceptedAt: nullable(Instant),
    acceptBy: nullable(Instant),
    handleBy: nullable(Instant),
    closedAt: nullable(Instant),
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
      }),
    ),
  },
  { title: 'Task' },
);

const isoOrNull = (at: EpochMs | null): string | null => (at === null ? null : iso(at));

export function taskView(task: Task, language: Language, { platform }: ApiContext) {
  return {
    id: task.id,
    version: task.version,
    state: task.state,
    category: task.category,
    severity: task.severity,
    title: inLanguage(task.title, language),
    titles: task.title,
    place: task.place,
    assignee: task.assignee,
    also: task.also,
    reason: task.reason,
    rule: task.rule,
    key: task.key,
    lifeSafety: task.lifeSafety,
    alarms: task.alarms,
    checklist: task.checklist,
    createdAt: iso(task.createdAt),
    dispatchedAt: isoOrNull(task.dispatchedAt),
    acceptedAt: isoOrNull(task.acceptedAt),
    acceptBy: isoOrNull(task.acceptBy),
    handleBy: isoOrNull(task.handleBy),
    closedAt: isoOrNull(task.closedAt),
    overdue: isOverdue(task, platform.now()),
    history: task.history.map((entry) => ({
      at: iso(entry.at),
      actor: entry.actor,
      action: entry.action,
      from: entry.from,
      to: entry.to,
      comment: entry.comment,
      reason: entry.reason,
    })),
  };
}
