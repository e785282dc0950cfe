import { Batch } from '#app/engine/batch.ts';
import type { EngineCounts } from '#app/engine/engine-counts.ts';
import type { LatestValues } from '#app/engine/latest-values.ts';
import type { Outlet } from '#app/engine/outlet.ts';
import { type SnapshotPace, Snapshots } from '#app/engine/snapshots.ts';
import type { WorkCounts } from '#app/engine/work-counts.ts';
import type { Stored } from '#app/threads/protocol.ts';
import { type DeviceId, day, type EpochMs, epochMs, type Position } from '#model/brand.ts';
import { type ClockKind, stopwatch } from '#model/clock.ts';
import type { DeviceCommand } from '#model/device-command.ts';
import { GridbellError, type Outcome } from '#model/errors.ts';
import type { HistoryErasure } from '#model/history-erasure.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Observation, Reading } from '#model/reading.ts';
import type { MessageRecord, PresenceCause } from '#model/record.ts';
import type { Snapshotted } from '#model/snapshot.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { ContextChange } from '#store/history/history.ts';
import { handoverState } from '#store/ops/outbox-reader.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

export interface EffectsParts {
  readonly ops: OpsWriter;
  readonly snapshotted: readonly Snapshotted[];
  readonly latest: LatestValues;
  readonly outlet: Outlet;
  readonly counts: EngineCounts;
  readonly pace?: SnapshotPace | undefined;
}

/** How long readings may wait for company before they are committed; alarms and commands never wait. */
const groupMs = 100;
const latestEveryMs = 1_000;
/** Bounds the memory and the length of one transaction under load. */
const maxReadings = 20_000;
/** Events kept for streams that resume. */
const keptEvents = 100_000;
const trimEventsEvery = 1_000;
/** Notices kept for a notifier that is behind: more than there are of events, so that it meets no gap. */
const keptNotices = 200_000;

/** Readings that are kept for those who follow them (GET /readings/feed), however far history is. */
const feedBound = { ms: day, bytes: 64 * 1024 * 1024 } as const;
const feedTrimEveryMs = 5_000;

/**
 * Collects what the engine does and writes it in one transaction with the log position: either all of a batch is in
 * the ops store, and its position with it, or nothing. A transaction is open only when something in it cannot wait.
 */
export class Effects {
  readonly #parts: EffectsParts;
  #open = false;
  #batch = new Batch();
  #position: Position;
  #committed: Position;
  readonly #snapshots: Snapshots;
  #now: EpochMs | undefined;
  #snapshotWanted = false;
  #timer: NodeJS.Timeout | null = null;
  #latestAt = stopwatch();
  #sliceTimer: NodeJS.Timeout | null = null;
  #isSliceDue = false;
  #lastEvent: number;
  #storedByHistory: Stored | null = null;
  #feedTrimmedAt = stopwatch();
  #refused: { readonly entries: readonly Quarantined[]; readonly settled: PromiseWithResolvers<void> }[] = [];
  #erased: HistoryErasure[] = [];
  #abandoned = false;

  constructor(parts: EffectsParts) {
    this.#parts = parts;
    this.#committed = parts.ops.position();
    this.#position = this.#committed;
    this.#snapshots = new Snapshots(parts);
    this.#lastEvent = parts.ops.lastEventSeq();
  }

  get committedPosition(): Position {
    return this.#committed;
  }
  get snapshotPosition(): Position {
    return this.#snapshots.position;
  }
  /** The engine's now when the snapshot was taken. */
  get snapshotNow(): EpochMs | undefined {
    return this.#snapshots.now;
  }
  /** Of what is not committed yet. */
  get counts(): WorkCounts {
    return this.#batch.counts;
  }

  /** From here on until the commit, tasks and commands may write to the ops store. */
  begin(): void {
    if (this.#open) return;
    this.#parts.ops.begin();
    this.#open = true;
  }

  observation(observation: Observation): void {
    const { at, device, flags, position, receivedAt } = observation;
    for (const [property, value] of observation.values) {
      const reading = { device, property, at, receivedAt, value, flags, position };
      this.#batch.readings.push(reading);
      this.#parts.latest.take(reading);
    }
  }

  quarantined(entries: readonly Quarantined[]): void {
    this.#batch.quarantined.push(...entries);
  }

  /** A message that we failed at stays where a person finds it and can try again after an update. */
  quarantineFault(record: MessageRecord, position: Position, detail: string): void {
    const { at, payload, sender, topic } = record;
    this.#batch.quarantined.push({
      device: sender,
      receivedAt: at,
      position,
      topic,
      dialect: 'native',
      reason: 'fault',
      property: null,
      detail,
      payload,
    });
  }

  presence(device: DeviceId, online: boolean, cause: PresenceCause, at: EpochMs): void {
    this.#batch.presence.push({ device, online, cause, at });
    this.#batch.context.push({ at, kind: 'presence', subject: device, state: online ? 'online' : 'offline' });
  }

  /** Whether it is there, also by what is not committed yet; undefined: nobody said. */
  isOnline(device: DeviceId): boolean | undefined {
    const said = this.#batch.presence.findLast((change) => change.device === device);
    return said?.online ?? this.#parts.ops.isOnline(device);
  }

  context(change: ContextChange): void {
    this.#batch.context.push(change);
  }

  /** Readings that rules and latest values had: to history alone. */
  onlyHistory(readings: readonly Reading[]): void {
    this.#batch.readings.push(...readings);
  }

  outcome(id: string, outcome: Outcome<unknown>): void {
    this.#batch.outcomes.push({ id, outcome });
  }

  /** Devices are there, or are of another kind, and nobody asked for it. Rules and ingest work by them: no replay may cross this. */
  foundDevices(): void {
    this.#batch.hasFoundDevices = true;
    this.wantSnapshot();
  }

  rightsChanged(devices: readonly DeviceId[]): void {
    this.#batch.rightsChanged.push(...devices);
  }

  /** All that these devices said so far is forgotten by those who follow, and on its way to history, with presence and modes of these subjects; history erases what it has. */
  erase(devices: readonly DeviceId[], subjects: readonly string[]): void {
    this.#parts.ops.feed.erase(devices);
    this.#parts.ops.eraseHistoryBatches([...devices, ...subjects]);
    this.#batch.erase([...devices, ...subjects]);
  }

  /** A command to a device changed; `isState`: came into the state that it has. */
  commanded({ device, state, via }: DeviceCommand, isState: boolean): void {
    this.#batch.commanded.add(via?.carrier ?? device);
    if (isState) this.counts.deviceCommands.add(state);
  }

  /**
   * Something that rules or ingest work by has changed outside of the records that a replay would play (configuration,
   * a replay from quarantine, a clock moved by command): the next commit takes a snapshot, so that no replay crosses it.
   */
  wantSnapshot(): void {
    this.#snapshotWanted = true;
  }

  /** All records up to `position` were applied. Commits at once when anything waits for it, else within 100 ms. */
  reached(position: Position, now: EpochMs | undefined): void {
    this.#position = position;
    this.#now = now;
    if (
      this.#open ||
      this.#batch.outcomes.length > 0 ||
      this.#snapshotWanted ||
      this.#batch.readings.length >= maxReadings
    ) {
      this.flush();
    } else {
      this.#timer ??= setTimeout(() => this.#flushGroup(), groupMs);
    }
  }

  /** The replay of known records is over; `now`: what time it is then. */
  recovered(position: Position, now: EpochMs | undefined): void {
    this.#position = position;
    this.#now = now;
    // Platforms that are killed again and again would have ever more to play again.
    if (this.#snapshots.position < this.#committed) this.#snapshotWanted = true;
  }

  /** From the record that said so on; written with the next commit. */
  clock(clock: ClockKind): void {
    const { ops } = this.#parts;
    if (ops.clock() === clock) return;
    this.begin();
    ops.setClock(clock);
    this.#snapshotWanted = true;
  }

  /** After a replay of known records: what they did is in the ops store already. Latest values stay. */
  discard(): void {
    this.#batch = new Batch();
  }

  /** History needs the batches up to here no more: the next commit deletes them. */
  historyStored(position: Position, handover: Stored['handover'] = null): void {
    this.#storedByHistory = { position, handover };
    if (!this.#abandoned) this.#timer ??= setTimeout(() => this.#flushGroup(), groupMs);
  }

  /** History has erased these. */
  historyErased(erasures: readonly HistoryErasure[]): void {
    this.#erased.push(...erasures);
    if (!this.#abandoned) this.#timer ??= setTimeout(() => this.#flushGroup(), groupMs);
  }

  /** Resolves when they are in quarantine; rejects when the commit fails. Those that are there already are not put again. */
  refusedByHistory(entries: readonly Quarantined[]): Promise<void> {
    if (this.#abandoned) return Promise.reject(new GridbellError('not-ready', 'the engine is built again'));
    const settled = Promise.withResolvers<void>();
    this.#refused.push({ entries, settled });
    this.#timer ??= setTimeout(() => this.#flushGroup(), groupMs);
    return settled.promise;
  }

  #hasWork(): boolean {
    return (
      this.#open ||
      this.#snapshotWanted ||
      this.#isSliceDue ||
      this.#storedByHistory !== null ||
      this.#refused.length > 0 ||
      this.#erased.length > 0 ||
      this.#position !== this.#committed
    );
  }

  /** Nothing of this is written any more: the engine is built again from what is durable. */
  abandon(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#sliceTimer) clearTimeout(this.#sliceTimer);
    this.#abandoned = true;
    for (const { settled } of this.#refused.splice(0))
      settled.reject(new GridbellError('not-ready', 'it could not be committed'));
  }

  /** Throws when it cannot be written; then all of it has to be done again. */
  flush(): void {
    if (this.#abandoned) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#hasWork()) return;
    const { counts, ops, outlet } = this.#parts;
    const began = stopwatch();
    this.begin();
    const batch = this.#batch;
    batch.write(ops, this.#position, this.#now ?? epochMs(0));
    this.#trimFeed();
    const refused = this.#refused.flatMap(({ entries }) => entries.filter((entry) => ops.putRefused(entry)));
    batch.counts.kept(refused);
    this.#writeHandover();
    ops.erasures.done(this.#erased);
    const isSnapshot = this.#writeState();
    ops.setPosition(this.#position);
    if (this.#now !== undefined) ops.setEngineNow(this.#now);
    const events = this.#takeEvents();
    ops.commit();
    this.#open = false;
    counts.commits.observe(stopwatch() - began);
    batch.countInto(counts.work);
    this.#committed = this.#position;
    this.#batch = new Batch();
    this.#erased = [];
    for (const { settled } of this.#refused.splice(0)) settled.resolve();
    batch.tell(outlet, events);
    if (isSnapshot) outlet.snapshotTaken(this.#snapshots.position);
    const { betweenSlicesMs, isUnderWay } = this.#snapshots;
    if (isUnderWay) this.#sliceTimer ??= setTimeout(() => this.writeSlice(), betweenSlicesMs);
  }

  /** Read before the commit, so that nothing can fail between it and the telling. */
  #takeEvents(): readonly StreamEvent[] {
    const { ops } = this.#parts;
    const events = ops.emittedSince(this.#lastEvent);
    const last = events.at(-1)?.seq ?? this.#lastEvent;
    if (Math.floor(last / trimEventsEvery) > Math.floor(this.#lastEvent / trimEventsEvery)) this.#trim();
    this.#lastEvent = last;
    return events;
  }

  #trim(): void {
    this.#parts.ops.trimEvents(keptEvents);
    this.#parts.ops.trimNotices(keptNotices);
  }

  #trimFeed(): void {
    const time = stopwatch();
    if (time - this.#feedTrimmedAt < feedTrimEveryMs || this.#now === undefined) return;
    this.#feedTrimmedAt = time;
    const { ops } = this.#parts;
    // A recording passes days in seconds: whoever follows it must not lose them for that.
    ops.feed.trim(this.#now, { ...feedBound, ms: ops.clock() === 'data' ? null : feedBound.ms });
  }

  #flushGroup(): void {
    try {
      this.flush();
    } catch (error) {
      this.#parts.outlet.failed(error);
    }
  }

  /** The next one of the snapshot that is being written. Not with what cannot wait: that is committed by itself. */
  writeSlice(): void {
    if (this.#sliceTimer) clearTimeout(this.#sliceTimer);
    this.#sliceTimer = null;
    this.#isSliceDue = true;
    this.#flushGroup();
  }

  #writeHandover(): void {
    const stored = this.#storedByHistory;
    if (stored === null) return;
    this.#storedByHistory = null;
    const { ops } = this.#parts;
    ops.deleteHistoryBatches(stored.position);
    const { handover } = stored;
    if (handover) ops.putState(handoverState, handover.target, handover.state);
  }

  /** Answers whether from the commit on another snapshot counts. */
  #writeState(): boolean {
    const moment = { position: this.#position, now: this.#now };
    const snapshots = this.#snapshots;
    const isWhole = this.#snapshotWanted;
    if (!isWhole && snapshots.isDue(moment)) snapshots.begin(moment);
    const isTaken = !isWhole && this.#isSliceDue && snapshots.writeSlice(moment);
    if (isWhole) snapshots.writeWhole(moment);
    this.#snapshotWanted = false;
    this.#isSliceDue = false;
    this.#writeLatest(isWhole || isTaken);
    return isWhole || isTaken;
  }

  /** Once a second; or all that a replay from the snapshot would not say again. */
  #writeLatest(isWanted: boolean): void {
    const time = stopwatch();
    if (!isWanted && time - this.#latestAt < latestEveryMs) return;
    this.#parts.ops.putLatest(this.#parts.latest.takeChanged());
    this.#latestAt = time;
  }
}
