import type { Commands } from '#app/engine/commands.ts';
import type { ConfigurationChanges } from '#app/engine/configuration-changes.ts';
import type { DeviceCommands } from '#app/engine/device-commands.ts';
import type { Effects } from '#app/engine/effects.ts';
import type { Inbox } from '#app/engine/inbox.ts';
import type { NewcomerDesk } from '#app/engine/newcomers.ts';
import { isStoreError, RecordFault } from '#app/engine/record-fault.ts';
import { Timeline } from '#app/engine/timeline.ts';
import { refusedReadings } from '#app/history/refused.ts';
import type { Ingest } from '#ingest/ingest.ts';
import type { Ingested } from '#ingest/ingested.ts';
import type { AlarmTransition } from '#model/alarm.ts';
import { type DeviceId, type EpochMs, epochMs, minute, type Position, position } from '#model/brand.ts';
import { type ClockKind, stopwatch } from '#model/clock.ts';
import { fail, GridbellError } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import { flag, type Observation } from '#model/reading.ts';
import type { CommandRecord, InboxRecord, MessageRecord } from '#model/record.ts';
import type { RuleEngine } from '#rules/engine/engine.ts';
import type { TaskDesk } from '#tasks/task-desk.ts';

export interface EngineParts {
  readonly inbox: Inbox;
  readonly ingest: Ingest;
  readonly newcomers: NewcomerDesk;
  readonly rules: RuleEngine;
  readonly desk: TaskDesk;
  readonly deviceCommands: DeviceCommands;
  readonly effects: Effects;
  readonly commands: Commands;
  readonly changes: ConfigurationChanges;
  /** The clock that ran last; a `start` record may say another. */
  readonly clock: ClockKind;
  /** Records to pass over, with the reason: those that this engine failed at before it was built again. */
  readonly skip: ReadonlyMap<Position, string>;
  readonly log: Log;
}

/** Records read at a time: bounds the length of one transaction and how long other work of the thread waits. */
const chunk = 1_000;
/** A transaction ends after this much work, also amid a chunk. */
const sliceMs = 50;
/** A clock that is this much off was set, and does not just jitter. */
const believedStepMs = 5 * minute;

/**
 * Turns the records of the inbox into effects, one by one and in order (docs/architecture.md, The engine). What it does
 * depends on the records alone; that is why a crash changes nothing.
 */
export class Engine {
  readonly #parts: EngineParts;
  readonly #timeline: Timeline;
  #position: Position;
  #replaying = false;
  #clock: ClockKind;

  /** Starts where the snapshot stands; `effects` knows up to where everything is committed. */
  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#position = parts.effects.snapshotPosition;
    this.#clock = parts.clock;
    const { rules } = parts;
    this.#timeline = new Timeline(
      {
        rules,
        desk: {
          nextDue: () => this.#storedDue(),
          advance: (to) => this.#advanceDesk(to),
          setBack: (to) => this.#setDeskBack(to),
        },
      },
      parts.effects.snapshotNow,
    );
  }

  get position(): Position {
    return this.#position;
  }
  get now(): EpochMs | undefined {
    return this.#timeline.now;
  }
  nextDue(): EpochMs | undefined {
    return this.#timeline.nextDue();
  }

  /** Brings rules and ingest from the snapshot to where the ops store stands; what they say on the way is known already. */
  recover(): void {
    const { effects } = this.#parts;
    this.#replaying = true;
    while (this.#position < effects.committedPosition) {
      const entries = this.#read(Math.min(chunk, effects.committedPosition - this.#position));
      if (entries.length === 0) break;
      for (const { position, record } of entries) this.#take(record, position);
      effects.discard();
    }
    this.#replaying = false;
    this.#parts.newcomers.isOpen = true;
    effects.recovered(this.#position, this.#timeline.now);
  }

  /** Processes what is new, for a while; false when there was nothing. */
  step(): boolean {
    const { effects } = this.#parts;
    const entries = this.#read(chunk);
    const began = stopwatch();
    for (const { position, record } of entries) {
      this.#take(record, position);
      // What is found must not wait for the rest of a flood.
      if (stopwatch() - began > sliceMs) break;
    }
    if (entries.length > 0) effects.reached(this.#position, this.#timeline.now);
    return entries.length > 0;
  }

  /** Goes on behind records that are not there any more, loudly: waiting for them would stop everything. */
  #read(maxRecords: number): ReturnType<Inbox['read']> {
    const { inbox, log } = this.#parts;
    try {
      return inbox.read(this.#position, maxRecords);
    } catch (error) {
      const next =
        error instanceof GridbellError && error.code === 'not-found'
          ? Number(error.extra['next'])
          : Number.NaN;
      if (!Number.isSafeInteger(next) || next <= this.#position + 1) throw error;
      log.error(
        { from: this.#position + 1, to: next - 1 },
        'records are missing from the inbox: what they said is lost. Was the directory changed by hand?',
      );
      this.#position = position(next - 1);
      return inbox.read(this.#position, maxRecords);
    }
  }

  #take(record: InboxRecord, position: Position): void {
    if (this.#parts.skip.has(position)) this.#passOver(record, position);
    else {
      try {
        this.#apply(record, position);
      } catch (error) {
        // A store that cannot be written is no fault of the record: all of it is done again from what is durable.
        if (isStoreError(error)) throw error;
        const { type } = record;
        const isFound = !this.#replaying && (type === 'message' || type === 'command');
        throw new RecordFault({ position, type, isFound, cause: error });
      }
    }
    this.#position = position;
  }

  /** A record that we failed at: kept where a person finds it, and answered. */
  #passOver(record: InboxRecord, position: Position): void {
    if (this.#replaying) return;
    const { effects, skip } = this.#parts;
    const reason = skip.get(position) ?? '';
    // Or a replay after a crash, which knows of no skipping, would show it to the rules alone.
    effects.wantSnapshot();
    if (record.type === 'message') effects.quarantineFault(record, position, reason);
    if (record.type === 'command') effects.outcome(record.id, fail('internal', reason));
  }

  #apply(record: InboxRecord, position: Position): void {
    switch (record.type) {
      case 'message':
        this.#message(record, position);
        return;
      case 'presence':
        this.#pass(record.at, position);
        // On the data clock who is connected plays a recording: that is no fact about the devices.
        if (this.#clock === 'system') this.#known(record.device, 'online', record.online, position);
        if (!this.#replaying)
          this.#parts.effects.presence(record.device, record.online, record.cause, this.#nowOr(record.at));
        return;
      case 'command':
        this.#pass(record.at, position);
        if (!this.#replaying) this.#command(record, position);
        return;
      case 'delivery':
        this.#pass(record.at, position);
        if (!this.#replaying) this.#parts.deviceCommands.reached(record, this.#nowOr(record.at));
        return;
      case 'start':
        this.#start(record.at, record.clock, position);
        return;
      case 'stop':
      case 'tick':
        this.#pass(record.at, position);
        return;
    }
  }

  /** On the system clock the record's time is now; on the data clock only readings move time. */
  #pass(at: EpochMs, position: Position): void {
    if (this.#clock === 'data') return;
    const { now } = this.#timeline;
    // The wall clock was corrected, or the directory comes from a data clock that was ahead of it.
    if (now !== undefined && now - at > believedStepMs)
      this.#timeline.stepBack(at, position, (transitions) => this.#transitions(transitions, at));
    else {
      // A tick comes each minute: the machine slept, or its clock was put forward.
      if (now !== undefined && at - now > believedStepMs) this.#parts.desk.wasAway({ from: now, to: at });
      this.#advance(at, position);
    }
  }

  #nowOr(at: EpochMs): EpochMs {
    return this.#timeline.now ?? at;
  }

  /** Which clock counts is said by the log, not by this start: what was acknowledged before ran on the one before. */
  #start(at: EpochMs, clock: ClockKind, position: Position): void {
    if (clock !== this.#clock) {
      this.#clock = clock;
      this.#parts.ingest.runsOn(clock);
    }
    if (!this.#replaying) this.#parts.effects.clock(clock);
    const { now } = this.#timeline;
    if (clock === 'system' && now !== undefined && at > now) {
      this.#parts.rules.downtime(now, at);
      this.#parts.desk.wasAway({ from: now, to: at });
    }
    this.#pass(at, position);
  }

  #message(record: MessageRecord, position: Position): void {
    this.#pass(record.at, position);
    this.#ingested(this.#parts.ingest.take(record, position, this.#nowOr(record.at)), position, record.at);
  }

  /** Also for what comes out of quarantine again. */
  #ingested(ingested: Ingested, position: Position, at: EpochMs): void {
    const { clocks, observations, presence, quarantined, replies } = ingested;
    const { deviceCommands, effects, rules } = this.#parts;
    const clock = this.#clock;
    effects.counts.ingested(ingested);
    // Before the rules judge what they say: a smoke detector may say smoke with its first word.
    this.#welcome(this.#nowOr(observations[0]?.at ?? at), position);
    for (const given of observations) {
      const observation = clock === 'data' ? this.#onDataClock(given, position) : given;
      effects.observation(observation);
      this.#transitions(rules.observe(observation), this.#nowOr(observation.at));
      this.#cancelling(observation);
    }
    for (const { device, online } of presence) this.#known(device, 'online', online, position);
    for (const { device, isWrong } of clocks) this.#known(device, 'clock-wrong', isWrong, position);
    if (this.#replaying) return;
    effects.quarantined(quarantined);
    for (const { device, online } of presence) effects.presence(device, online, 'status', this.#nowOr(at));
    for (const reply of replies) {
      const verdict = deviceCommands.replied(reply, this.#nowOr(at));
      if (verdict !== null) effects.counts.replies.add(verdict);
    }
  }

  #welcome(now: EpochMs, position: Position): void {
    const { changes, desk, newcomers } = this.#parts;
    const transitions = (list: readonly AlarmTransition[]): void => this.#transitions(list, now);
    const moves = newcomers.takeReaddressed();
    if (moves.length > 0) changes.readdress(moves, { now, position, transitions });
    const found = newcomers.take(now);
    if (found.length === 0) return;
    changes.welcome(found, now, transitions);
    // One that turned out to be a matter of life is held back no longer.
    desk.devicesChanged(new Set(found.map(({ id }) => id)), now);
  }

  /** A device takes its call back: by a cancel key, or its `sos` is off again. */
  #cancelling({ at, device, values }: Observation): void {
    const isKey = values.get('cancel') === true;
    if ((!isKey && values.get('sos') !== false) || this.#replaying) return;
    const { desk, effects } = this.#parts;
    if (!desk.ladders.mayBeCancelled(device)) return;
    effects.begin();
    desk.ladders.cancelled(device, { isKey, at }, this.#nowOr(at));
  }

  /**
   * What Gridbell knows of a device is a reading to rules (`online`, `clock-wrong`), and to them alone: presence and the
   * flags of readings say it elsewhere.
   */
  #known(device: DeviceId, property: string, value: boolean, position: Position): void {
    const { now } = this.#timeline;
    // On the data clock nothing was said before the first reading.
    if (now === undefined) return;
    const values = new Map([[property, value]]);
    this.#transitions(
      this.#parts.rules.observe({ device, at: now, receivedAt: now, flags: 0, position, values }),
      now,
    );
  }

  /** Readings move time, those that tell their time; what is received is received now. */
  #onDataClock(observation: Observation, position: Position): Observation {
    if ((observation.flags & flag.noTime) === 0) this.#advance(observation.at, position);
    return { ...observation, receivedAt: this.#nowOr(observation.at) };
  }

  #command(record: CommandRecord, position: Position): void {
    const { commands, effects, ingest } = this.#parts;
    effects.begin();
    const outcome = commands.apply(record, this.#nowOr(record.at), {
      replayQuarantined: (kept, fresh) => {
        const ingested = ingest.replay(kept, position, this.#nowOr(record.at));
        const quarantined = fresh(ingested.quarantined);
        this.#ingested({ ...ingested, quarantined }, position, record.at);
        const readings = ingested.observations.reduce((sum, { values }) => sum + values.size, 0);
        return { returned: quarantined.length, readings };
      },
      storeAgain: (quarantined) => effects.onlyHistory(refusedReadings(quarantined, position)),
      clock: this.#clock,
      position,
      advanceClock: (to) => this.#advanceByCommand(to, position),
      transitions: (transitions) => this.#transitions(transitions, this.#nowOr(record.at)),
    });
    effects.outcome(record.id, outcome);
  }

  /**
   * To a given time, or until nothing that began is waiting any more (`for`, `clear-for`): the recording is over, so the
   * time that passes then is no silence of its devices.
   */
  #advanceByCommand(to: EpochMs | undefined, position: Position): EpochMs | undefined {
    if (to !== undefined) this.#advance(to, position);
    else {
      const { rules } = this.#parts;
      // What is due and does not fire would wait for ever.
      const waits = (due: EpochMs | undefined): due is EpochMs =>
        due !== undefined && due > this.#nowOr(epochMs(0));
      for (let due = rules.nextHoldDue(); waits(due); due = rules.nextHoldDue()) {
        rules.downtime(this.#nowOr(due), due);
        this.#advance(due, position);
      }
    }
    return this.#timeline.now;
  }

  #advance(to: EpochMs, position: Position): void {
    this.#timeline.advance(to, position, (transitions, now) => this.#transitions(transitions, now));
  }

  #setDeskBack(to: EpochMs): void {
    if (this.#replaying) return;
    const { desk, deviceCommands, effects } = this.#parts;
    effects.begin();
    desk.setBack(to);
    deviceCommands.setBack(to);
  }

  /** When the next timer of the ops store falls due: of tasks, or of commands to devices. */
  #storedDue(): EpochMs | undefined {
    if (this.#replaying) return undefined;
    const { desk, deviceCommands } = this.#parts;
    const task = desk.nextDue();
    const command = deviceCommands.nextDue();
    if (task === undefined || command === undefined) return task ?? command;
    return epochMs(Math.min(task, command));
  }

  #advanceDesk(to: EpochMs): void {
    const due = this.#storedDue();
    if (due === undefined || due > to) return;
    const { desk, deviceCommands, effects } = this.#parts;
    effects.begin();
    desk.advance(to);
    deviceCommands.advance(to);
  }

  #transitions(transitions: readonly AlarmTransition[], now: EpochMs): void {
    if (transitions.length === 0 || this.#replaying) return;
    this.#parts.effects.begin();
    for (const transition of transitions) {
      this.#parts.effects.counts.transitions.add(transition.type);
      this.#parts.desk.apply(transition, now);
    }
  }
}
