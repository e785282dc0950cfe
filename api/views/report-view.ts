import { type Static, Type } from 'typebox';
import { includes, maySeePersonal, residentReaders } from '#api/authorization/role-groups.ts';
import { isOwnTask } from '#api/authorization/task-concern.ts';
import type { Caller } from '#api/caller.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import { iso } from '#model/clock.ts';
import { forgottenParts, reportChannels } from '#model/report.ts';
import type { Task } from '#model/task.ts';

/** What a resident reported, as far as the caller may see it. */
export const ReportSchema = Type.Object(
  {
    channel: oneOf(reportChannels),
    onBehalf: Type.Boolean({ description: 'Entered by staff' }),
    by: nullable(Type.String({ description: 'Who of staff entered it' })),
    language: oneOf(['zh', 'en']),
    words: nullable(Type.String({ description: 'null: not for this caller' })),
    contact: nullable(
      Type.String({ description: 'A phone number, if one was left and the caller may know it' }),
    ),
    rating: nullable(Type.Object({ rating: Type.Integer(), words: nullable(Type.String()), at: Instant })),
    reopened: Type.Integer(),
    reopenedWhy: nullable(Type.String({ description: 'What the resident said was not done, the last time' })),
    forgotten: nullable(oneOf(forgottenParts)),
  },
  { title: 'Report' },
);

/** Whether what residents wrote and photographed is for this caller: who works on tasks there, not who looks on. */
export const maySeeReport = (task: Task, caller: Caller): boolean =>
  maySeePersonal(caller.role) || isOwnTask(task, caller);

/** The number to call back is for those who know who lives where, and for who has the task or was told of it. */
export function reportView(task: Task, caller: Caller): Static<typeof ReportSchema> | null {
  const { report } = task;
  if (!report) return null;
  const isSeen = maySeeReport(task, caller);
  const knowsResident = includes(residentReaders, caller.role) || isOwnTask(task, caller);
  const { by, channel, contact, language, onBehalf, rating, reopened } = report;
  return {
    channel,
    onBehalf,
    by,
    language,
    words: isSeen ? report.words : null,
    contact: knowsResident ? contact : null,
    rating: rating && {
      rating: rating.rating,
      words: isSeen ? rating.words : null,
      at: iso(rating.at),
    },
    reopened,
    reopenedWhy: isSeen ? (report.reopenedWhy ?? null) : null,
    forgotten: report.forgotten ?? null,
  };
}
