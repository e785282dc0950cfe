import type { Severity } from '#model/alarm.ts';
import type { EpochMs, PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { Reason } from '#model/reason.ts';

/**
 * What somebody is told of a task: it is theirs now, they are told beside the worker, it got worse, nobody accepted it,
 * it is still not handled, somebody urges, its work came back, somebody else has it now, it is over. `test`: somebody tries a
 * channel.
 */
export const noticeKinds = [
  'assigned',
  'told',
  'upgraded',
  'escalated',
  'reminder',
  'urged',
  'returned',
  'withdrawn',
  'ended',
  'test',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** One thing that one person is to be told; written in the transaction that changes the task. */
export interface Notice {
  /** Rises, with gaps where a transaction was rolled back; what the notifier's position counts. */
  readonly seq: number;
  /** `TASK:VERSION:N`, or `TASK:VERSION+ENTRIES:N` where the version stayed: the same after a crash and a replay, so that nobody is told twice. */
  readonly id: string;
  readonly at: EpochMs;
  readonly task: TaskId;
  /** The task's version that says it. */
  readonly version: number;
  readonly kind: NoticeKind;
  readonly person: PersonId;
  readonly severity: Severity;
  readonly lifeSafety: boolean;
  readonly category: string;
  readonly place: PlaceId;
  /** Why this person is told. */
  readonly because: readonly Reason[];
}
