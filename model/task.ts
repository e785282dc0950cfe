import type { Severity } from '#model/alarm.ts';
import type { AlarmId, EpochMs, PersonId, PlaceId, RuleId, TaskId } from '#model/brand.ts';
import type { CareLadder, OnTheWay } from '#model/care-ladder.ts';
import type { Reason } from '#model/reason.ts';
import type { TaskReport } from '#model/report.ts';
import type { Role } from '#model/role.ts';
import type { LocalText } from '#model/text.ts';

/** Lifecycle of docs/contract.md and GB/T 30428; `rework` and `returned` are passed through at once (tasks/transitions.ts). */
export const taskStates = [
  'reported',
  'verifying',
  'rejected',
  'filed',
  'dispatched',
  'accepted',
  'in-progress',
  'feedback',
  'closed',
  'rework',
  'returned',
  'evaluated',
  'suspended',
  'void',
] as const;
export type TaskState = (typeof taskStates)[number];

export interface TaskHistoryEntry {
  readonly at: EpochMs;
  /** Account name or person id, `system`, `operator`, or `rule:ID`. */
  readonly actor: string;
  /**
   * A task action, or what is written down beside them (`noteActions` of tasks/transitions.ts).
   */
  readonly action: string;
  readonly from: TaskState | null;
  readonly to: TaskState;
  readonly comment: string | null;
  /** Why it was so decided: for a dispatch, why this worker. */
  readonly reason: string | null;
  /** The same as data. Absent in entries that were written before there was any. */
  readonly because?: readonly Reason[];
}

/** A task whose clock is stopped 挂起. */
export interface Suspension {
  /** The state that it goes back to. */
  readonly from: TaskState;
  readonly at: EpochMs;
  /** Who approved it. */
  readonly by: string;
  /** It resumes by itself then. Absent: when somebody resumes it. */
  readonly until?: EpochMs;
}

/** Somebody who may not suspend 挂起 their task asks for it 申请延期. It is void as soon as the task leaves their hands. */
export interface SuspensionRequest {
  readonly by: string;
  readonly at: EpochMs;
  readonly until: EpochMs;
  readonly words: string;
}

export interface Task {
  readonly id: TaskId;
  /** Counts every change; an action names the version that it saw. */
  readonly version: number;
  readonly state: TaskState;
  readonly category: string;
  readonly severity: Severity;
  readonly title: LocalText;
  /** The same without the resident's name, for those who may not know who lives there; absent where it has no name in it. */
  readonly publicTitle?: LocalText;
  readonly place: PlaceId;
  readonly assignee: PersonId | null;
  /** Told, not assigned. */
  readonly also: readonly PersonId[];
  /** Why this assignee, in words. */
  readonly reason: string | null;
  /** The same as data. Absent where it was written down before there was any. */
  readonly because?: readonly Reason[];
  /** The rule that raised it; null when a person did. */
  readonly rule: RuleId | null;
  readonly key: string | null;
  readonly lifeSafety: boolean;
  readonly alarms: readonly AlarmId[];
  readonly checklist: readonly LocalText[];
  readonly createdAt: EpochMs;
  readonly dispatchedAt: EpochMs | null;
  readonly acceptedAt: EpochMs | null;
  /** Until when it has to be accepted; null without a limit. */
  readonly acceptBy: EpochMs | null;
  /** Until when it has to be handled; set at acceptance. */
  readonly handleBy: EpochMs | null;
  /** Until when a report has to be filed or rejected. Absent: nobody reported it, or without a limit. */
  readonly verifyBy?: EpochMs | null;
  /** Until when what was fed back last has to be closed or sent back; null: nothing waits for that. */
  readonly closeBy?: EpochMs | null;
  readonly closedAt: EpochMs | null;
  /** Absent or null: it is not suspended. */
  readonly suspended?: Suspension | null;
  /** Absent or null: nobody asks for a suspension. */
  readonly suspensionRequest?: SuspensionRequest | null;
  /** How long it was suspended in all; the limits went on by as much. Absent: never. */
  readonly suspendedMs?: number;
  /** Ids of what proves the work (photos), oldest first. Absent: nothing yet. */
  readonly evidence?: readonly string[];
  /** Of a void task: the one that it was merged into, which goes on with its alarms. */
  readonly mergedInto?: TaskId;
  /** The task that its alarms were split off from. */
  readonly splitFrom?: TaskId;
  /** What its work was worth 评价, 1 to 5; of an evaluated task. */
  readonly rating?: number;
  /** The role that it is for, where neither a rule nor its category is to say. */
  readonly role?: Role;
  /** What a resident reported; absent: nobody did. Who may see what of it: api/views/report-view.ts. */
  readonly report?: TaskReport;
  /** The task whose resident was not content: somebody goes and asks. */
  readonly revisitOf?: TaskId;
  /** Where somebody goes and asks because of this task's rating. */
  readonly revisit?: TaskId;
  /** The care ladder of its alarm. Absent: it has none. */
  readonly ladder?: CareLadder;
  /** Who said that they are on their way, one entry each, oldest first. */
  readonly coming?: readonly OnTheWay[];
  readonly history: readonly TaskHistoryEntry[];
  /** Events of the stream carry the newest entries and alarms only: how many older ones each leaves out. */
  readonly historyOmitted?: number;
  readonly alarmsOmitted?: number;
}
