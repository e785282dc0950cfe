import type { CommandOutcome, Outlet } from '#app/engine/outlet.ts';
import { WorkCounts } from '#app/engine/work-counts.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Reading } from '#model/reading.ts';
import type { PresenceCause } from '#model/record.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { ContextChange } from '#store/history/history.ts';
import { erased } from '#store/ops/feed-rows.ts';
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
  /** Readings that were erased before they were written: neither history nor who follows gets them. */
  readonly #erased = new Set<Reading>();
  context: ContextChange[] = [];
  readonly quarantined: Quarantined[] = [];
  readonly presence: PresenceChange[] = [];
  readonly outcomes: CommandOutcome[] = [];
  /** Devices of which a command changed. */
  readonly commanded = new Set<DeviceId>();
  readonly rightsChanged: DeviceId[] = [];
  /** Of the configuration something is new that no command asked for. */
  hasFoundDevices = false;
  readonly counts = new WorkCounts();

  get hasHistory(): boolean {
    return this.readings.length > 0 || this.context.length > 0;
  }

  /** What these devices said so far is neither for those who follow nor for history, nor are presence and modes of these subjects. */
  erase(subjects: readonly string[]): void {
    const gone = new Set(subjects);
    for (const reading of this.readings) if (gone.has(reading.device)) this.#erased.add(reading);
    this.context = this.context.filter(({ subject }) => !gone.has(subject));
  }

  #left(reading: Reading): Reading {
    return this.#erased.has(reading) ? erased(reading) : reading;
  }

  /** What it came to, once it is committed. */
  countInto(total: WorkCounts): void {
    this.counts.kept(this.quarantined);
    this.counts.readings = this.readings.length;
    total.addAll(this.counts);
  }

  /** Into the open transaction. */
  write(ops: OpsWriter, position: Position, now: EpochMs): void {
    const { context, readings } = this;
    const hasErased = this.#erased.size > 0;
    const left = hasErased ? readings.filter((each) => !this.#erased.has(each)) : readings;
    if (this.hasHistory) ops.putHistoryBatch({ position, readings: left, context });
    if (readings.length > 0) {
      const fed = hasErased ? readings.map((each) => this.#left(each)) : readings;
      ops.feed.put({ position, readings: fed, context: [] }, now);
    }
    for (const entry of this.quarantined) ops.putQuarantined(entry);
    for (const { at, cause, device, online } of this.presence) ops.putPresence(device, online, at, cause);
  }

  /** After the commit. Touches no store: what is committed must be told. */
  tell(outlet: Outlet, events: readonly StreamEvent[]): void {
    // First: whoever hears of the change may connect anew at once, and has to keep that connection.
    if (this.rightsChanged.length > 0) outlet.rightsChanged(this.rightsChanged);
    // Before what they did: who looks up where they are has to find them.
    if (this.hasFoundDevices) outlet.foundDevices();
    if (events.length > 0) outlet.events(events);
    if (this.outcomes.length > 0) outlet.outcomes(this.outcomes);
    if (this.readings.length > 0) outlet.readings(this.readings);
    if (this.commanded.size > 0) outlet.deviceCommands([...this.commanded]);
    if (this.hasHistory || events.length > 0) outlet.historyAvailable();
  }
}
