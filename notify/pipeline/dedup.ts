import { iso } from '#model/clock.ts';
import type { NoticeKind } from '#model/notice.ts';
import { goOn, type Stage, stop } from '#notify/pipeline/stage.ts';

/** What says again what was said, on purpose. */
const repeats: ReadonlySet<NoticeKind> = new Set<NoticeKind>([
  'reminder',
  'urged',
  'escalated',
  'returned',
  'again',
  'resident-check',
  'family-called',
]);

/** Drops what a person was told as the last thing about this task, or is about to be told. */
export const dedup: Stage = (plan, { notice }, { told }) => {
  if (notice.task === null || repeats.has(notice.kind)) return goOn(plan);
  const last = told
    .messagesOn(notice.task, notice.person)
    .find(({ notice: { id }, state }) => id !== notice.id && state !== 'inhibited' && state !== 'repeated');
  const isSame =
    last?.notice.kind === notice.kind &&
    last.notice.severity === notice.severity &&
    last.notice.lifeSafety === notice.lifeSafety &&
    last.state !== 'silenced' &&
    // Nobody brought it to them, or they did something about it since: who gave a task back and gets it again has to know.
    last.state !== 'unreachable' &&
    last.actedAt === null;
  if (!last || !isSame) return goOn(plan);
  return stop('repeated', { code: 'told-already', notice: last.notice.id, at: iso(last.notice.at) });
};
