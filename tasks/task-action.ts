import type { AlarmId, EpochMs, TaskId } from '#model/brand.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { Asker } from '#tasks/permission.ts';
import type { TaskRow } from '#tasks/ports.ts';
import type { ActionName } from '#tasks/transitions.ts';

/** What somebody asks for: an action on the version of a task that they saw. */
export interface TaskAction {
  readonly task: TaskId;
  readonly action: string;
  readonly version: number;
  readonly comment?: string;
  /** A person, of dispatch, transfer and escalate; of merge the task that goes on. */
  readonly to?: string;
  /** Of split: those that get a task of their own. */
  readonly alarms?: readonly AlarmId[];
  /** Of evaluate: 1 to 5. */
  readonly rating?: number;
  /** Of suspend and what asks for or approves it: when the task resumes by itself. */
  readonly until?: EpochMs;
}

/** An action that the table and the rights allow; what it does is left to say. */
export interface AllowedAction {
  readonly row: TaskRow;
  readonly history: readonly TaskHistoryEntry[];
  readonly action: ActionName;
  readonly asker: Asker;
  readonly input: TaskAction;
  readonly now: EpochMs;
}
