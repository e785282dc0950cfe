import { type ReplyVerdict, replyVerdicts } from '#app/engine/device-commands.ts';
import type { WorkTotals } from '#app/threads/protocol.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import type { Ingested } from '#ingest/ingested.ts';
import { type Alarm, type AlarmTransition, type Severity, severities } from '#model/alarm.ts';
import { Tally } from '#model/counting.ts';
import { type DeviceCommandState, deviceCommandStates } from '#model/device-command.ts';
import { type PostVerdict, postVerdicts } from '#model/posted-alarm.ts';
import { type Quarantined, type QuarantineReason, quarantineReasons } from '#model/quarantine.ts';
import type { Task } from '#model/task.ts';
import { taskActions } from '#tasks/transitions.ts';

const transitionKinds = ['raised', 'severity', 'cleared', 'revised', 'verify'] as const;
/** `resent`: a whole message came again; `known`: a reading that stands already. */
const repeatReasons = ['resent', 'known'] as const;

/** What the engine did, by stage. A batch has its own, which counts only when the batch is committed: so nothing counts twice. */
export class WorkCounts {
  readonly decoded = new Tally([...dialects.keys()]);
  readonly quarantined = new Tally<QuarantineReason>(quarantineReasons);
  readonly repeats = new Tally<(typeof repeatReasons)[number]>(repeatReasons);
  readonly transitions = new Tally<AlarmTransition['type']>(transitionKinds);
  readonly alarmsRaised = new Tally<Severity>(severities);
  readonly alarmsCleared = new Tally<Severity>(severities);
  readonly tasksRaised = new Tally<Severity>(severities);
  readonly taskSteps = new Tally<string>(taskActions);
  readonly deviceCommands = new Tally<DeviceCommandState>(deviceCommandStates);
  readonly replies = new Tally<ReplyVerdict>(replyVerdicts);
  readonly posts = new Tally<PostVerdict>(postVerdicts);
  readings = 0;
  observations = 0;

  ingested({ dialect, isResend, observations, repeats }: Ingested): void {
    this.observations += observations.length;
    if (isResend) {
      this.repeats.add('resent');
      return;
    }
    if (repeats > 0) this.repeats.add('known', repeats);
    if (dialect !== null && observations.length + repeats > 0) this.decoded.add(dialect);
  }

  kept(entries: readonly Quarantined[]): void {
    for (const { reason } of entries) this.quarantined.add(reason);
  }

  /** `before`: the alarm as it stood; undefined: there was none. */
  alarm(before: Alarm | undefined, after: Alarm): void {
    if (before === undefined) this.alarmsRaised.add(after.severity);
    // Of an event, which has no state to clear, the alarm is over when it begins.
    if (after.state === 'cleared' && before?.state !== 'cleared') this.alarmsCleared.add(after.severity);
  }

  task({ severity, version }: Pick<Task, 'severity' | 'version'>): void {
    if (version === 1) this.tasksRaised.add(severity);
  }

  /** Plain data, to cross threads. */
  get totals(): WorkTotals {
    return {
      decoded: this.decoded.counts,
      quarantined: this.quarantined.counts,
      repeats: this.repeats.counts,
      readings: this.readings,
      observations: this.observations,
      transitions: this.transitions.counts,
      alarmsRaised: this.alarmsRaised.counts,
      alarmsCleared: this.alarmsCleared.counts,
      tasksRaised: this.tasksRaised.counts,
      taskSteps: this.taskSteps.counts,
      deviceCommands: this.deviceCommands.counts,
      replies: this.replies.counts,
      posts: this.posts.counts,
    };
  }

  addAll(other: WorkCounts): void {
    this.decoded.addAll(other.decoded);
    this.quarantined.addAll(other.quarantined);
    this.repeats.addAll(other.repeats);
    this.transitions.addAll(other.transitions);
    this.alarmsRaised.addAll(other.alarmsRaised);
    this.alarmsCleared.addAll(other.alarmsCleared);
    this.tasksRaised.addAll(other.tasksRaised);
    this.taskSteps.addAll(other.taskSteps);
    this.deviceCommands.addAll(other.deviceCommands);
    this.replies.addAll(other.replies);
    this.posts.addAll(other.posts);
    this.readings += other.readings;
    this.observations += other.observations;
  }
}
