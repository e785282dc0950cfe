import type { Severity } from '#model/alarm.ts';
import type { EpochMs, PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { Reason } from '#model/reason.ts';
import type { LocalText } from '#model/text.ts';

/**
 * What somebody is told of a task: it is theirs now, they are told beside the worker, they are asked to decide something, it got worse, nobody accepted it,
 * it is still not handled, somebody urges, its work came back, its call for help came again, somebody else has it now, it is over. `test`: somebody tries a
 * channel. `calmed`: the resident took the call back, or is well. `resident-check`, `family-called` and `family-over` go to people who
 * are no staff (model/care-ladder.ts, `outsiderId`). `bulletin`: something that is not of a task, in words of its own (a report, a fault of Gridbell).
 */
export const noticeKinds = [
  'assigned',
  'told',
  'upgraded',
  'escalated',
  'asked',
  'reminder',
  'urged',
  'returned',
  'again',
  'withdrawn',
  'ended',
  'calmed',
  'resident-check',
  'family-called',
  'family-over',
  'bulletin',
  'test',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Words for one person: a title of one line, and some lines. No more than a message holds. */
export interface BulletinText {
  readonly title: LocalText;
  readonly body: LocalText;
  /** Of the console, such as `/summaries`; messages link there. */
  readonly path?: string;
  /**
   * It tells figures of these places (null: of everything): to a person who may read them when it goes out, and by a channel of that
   * person alone.
   */
  readonly figuresOf?: readonly PlaceId[] | null;
}

/** Something to be told that is not of a task. */
export interface Bulletin {
  /** Unique for what is told and to whom, such as `summary:2026-10:w-zhou`: the same a second time is told once. At most 48 of `A-Za-z0-9_.:-`. */
  readonly id: string;
  readonly person: PersonId;
  readonly severity: Severity;
  readonly text: BulletinText;
  /** Comes again and again, each time about a later time: nothing is told that is not later than what was told. */
  readonly series?: { readonly name: string; readonly until: EpochMs };
}

/** One thing that one person is to be told; written in the transaction that changes the task. */
export interface Notice {
  /** Rises, with gaps where a transaction was rolled back; what the notifier's position counts. */
  readonly seq: number;
  /** `TASK:VERSION:N`, or `TASK:VERSION+ENTRIES:N` where the version stayed: the same after a crash and a replay, so that nobody is told twice. */
  readonly id: string;
  readonly at: EpochMs;
  /** null: of a bulletin. */
  readonly task: TaskId | null;
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
  /** What a bulletin says. */
  readonly bulletin?: BulletinText;
}
