import type { CommandOutcome, Outlet } from '#app/engine/outlet.ts';
import { WorkCounts } from '#app/engine/work-counts.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Reading } from '#model/reading.ts';
import type { PresenceCause } from '#model/record.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { ContextChange } from '#store/history/history.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

/** A device came or went, as it is written to the ops store. */
export interface PresenceChange {
  readonly device: DeviceId;
  readonly online: boolean;
  readonly cause: PresenceCause;
  readonly at: EpochMs;
}

/** What one transaction holds besides what tasks and commands write by themselves, and who is told of it afterwards. */
export class Batch {
  readonly readings: Reading[] = [];
  readonly context: ContextChange[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly presence: PresenceChange[] = [];
  readonly outcomes: CommandOutcome[] = [];
  /** Devices of which a command changed. */
  readonly commanded = new Set<DeviceId>();
  readonly rightsChanged: DeviceId[] = [];
  readonly counts = new WorkCounts();

  get hasHistory(): boolean {
    return this.readings.length > 0 || this.context.length > 0;
  }

  /** What it came to, once it is committed. */
  countInto(total: WorkCounts): void {
    this.counts.kept(this.quarantined);
    this.counts.readings = this.readings.length;
    total.addAll(this.counts);
  }

  /** Into the open transaction. */
  write(ops: OpsWriter, position: Position): void {
    const { context, readings } = this;
    if (this.hasHistory) ops.putHistoryBatch({ position, readings, context });
    for (const entry of this.quarantined) ops.putQuarantined(entry);
    for (const { at, cause, device, online } of this.presence) ops.putPresence(device, online, at, cause);
  }

  /** After the commit. Touches no store: what is committed must be told. */
  tell(outlet: Outlet, events: readonly StreamEvent[]): void {
    // First: whoever hears of the change may connect anew at once, and has to keep that connection.
    if (this.rightsChanged.length > 0) outlet.rightsChanged(this.rightsChanged);
    if (events.length > 0) outlet.events(events);
    if (this.outcomes.length > 0) outlet.outcomes(this.outcomes);
    if (this.readings.length > 0) outlet.readings(this.readings);
    if (this.commanded.size > 0) outlet.deviceCommands([...this.commanded]);
    if (this.hasHistory || events.length > 0) outlet.historyAvailable();
  }
}
