import type { AlarmTransition, Severity, ToVerify } from '#model/alarm.ts';
import { type DeviceId, type EpochMs, epochMs, type Position, type RuleId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Observation } from '#model/reading.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { Snapshotted, StateRow } from '#model/snapshot.ts';
import type { LocalText } from '#model/text.ts';
import { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import { bounded } from '#rules/engine/bounded-observation.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import { EngineMemory } from '#rules/engine/engine-memory.ts';
import { Fleet } from '#rules/engine/fleet.ts';
import { Intake } from '#rules/engine/intake.ts';
import { type PieceSizes, usualSizes } from '#rules/engine/log-pieces.ts';
import { RuleTallies } from '#rules/engine/rule-counts.ts';
import { type CountedStatus, RuleSet, type StoredRule } from '#rules/engine/rule-set.ts';
import { whyNotSelected } from '#rules/engine/selection.ts';
import type { Sink } from '#rules/engine/sink.ts';
import { Timers } from '#rules/engine/timers.ts';
import { newestOf, type TraceEntry } from '#rules/engine/trace.ts';
import type { Watch } from '#rules/engine/watch.ts';
import { isListening } from '#rules/language/rule.ts';

/** What tasks need of a rule. */
export interface RuleOrder {
  readonly order: TaskOrder | null;
  readonly name: LocalText;
  readonly category: string;
  readonly severity: Severity;
  readonly lifeSafety: boolean;
}

export interface RuleEngineParts {
  readonly configuration: Configuration;
  /** How snapshots cut up what was said lately. */
  readonly pieceSizes?: PieceSizes;
}

const nothing: readonly AlarmTransition[] = [];

/**
 * Turns readings and time into alarm transitions. A function of its calls alone: no clock, no chance, no I/O. Before a
 * record is applied the caller lets time pass to the record's time (`advance`).
 */
export class RuleEngine implements Snapshotted {
  readonly component = 'rules';
  readonly #configuration: Configuration;
  readonly #fleet: Fleet;
  readonly #tallies = new RuleTallies();
  readonly #timers = new Timers<Watch>();
  readonly #memory: EngineMemory;
  readonly #answers = new AnswerSheet();
  #sink = this.#newSink(0);
  /** They listen from the next time that is known. */
  readonly #beginning = new Set<Watch>();
  readonly #intake: Intake;
  #now = Number.NEGATIVE_INFINITY;
  #hasRules = false;

  constructor({ configuration, pieceSizes = usualSizes }: RuleEngineParts) {
    this.#configuration = configuration;
    this.#fleet = new Fleet({
      configuration,
      answers: this.#answers,
      pieceSizes,
      listener: {
        changing: (subject) => this.#memory.changing(subject),
        changed: (holder) => this.#memory.changed(holder),
        gone: (holder) => this.#memory.gone(holder),
        began: (watch) => {
          this.#timers.watch(watch);
          if (isListening(watch.rule.trigger)) this.#beginning.add(watch);
        },
        ended: (watch) => {
          this.#timers.forget(watch);
          this.#beginning.delete(watch);
        },
      },
    });
    this.#memory = new EngineMemory(this.#fleet);
    this.#intake = new Intake(this.#fleet);
  }

  /**
   * Replaces the set of rules. State is kept for rules whose meaning did not change; where it did, an alarm that stands
   * goes on standing until the new meaning clears it. Alarms of rules that are gone are cleared: the answer.
   */
  setRules(rules: readonly StoredRule[]): readonly AlarmTransition[] {
    this.#fleet.rules = new RuleSet(rules, this.#tallies);
    this.#hasRules = true;
    return this.configurationChanged();
  }

  /** Devices, places, residents or modes changed. Answers the clearing of alarms whose device or selection is gone. */
  configurationChanged(): readonly AlarmTransition[] {
    if (!this.#hasRules) return nothing;
    this.#memory.allChanging();
    const sink = this.#newSink(0);
    this.#fleet.settle({ now: Math.max(0, this.#now), sink });
    return sink.transitions;
  }

  /** The same where one device is new, or of another kind than it was: no more is looked at than that device. */
  deviceChanged(id: DeviceId): readonly AlarmTransition[] {
    const device = this.#configuration.device(id);
    if (!this.#hasRules || !device) return nothing;
    this.#memory.allChanging();
    const sink = this.#newSink(0);
    this.#fleet.settleOne(device, { now: Math.max(0, this.#now), sink });
    return sink.transitions;
  }

  /** Whether what retained state told the rule of a danger was not taken back, and no alarm stands for it. */
  isToVerify({ device: id, key, rule }: Pick<ToVerify, 'device' | 'key' | 'rule'>): boolean {
    const device = this.#fleet.devices.get(id);
    const loaded = this.#fleet.rules.get(rule);
    if (!device || !loaded || !device.isSelected(loaded)) return false;
    return this.#fleet
      .watchesOf(loaded, device)
      .some(
        ({ alarmKey, book, dangers }) =>
          alarmKey === key && book.open === undefined && dangers.some(({ isOver }) => !isOver),
      );
  }

  /** Whether a reading of it is an event to the rules, and no state: said once more it would be another. */
  isMomentary(property: string): boolean {
    return this.#fleet.rules.isMomentary(property);
  }

  /** Takes an observation in. Identical repeats change nothing; unknown devices are passed over. */
  observe(observation: Observation): readonly AlarmTransition[] {
    const device = this.#fleet.devices.get(observation.device);
    if (!device) return nothing;
    if (this.#beginning.size > 0)
      this.#begin(Number.isFinite(this.#now) ? this.#now : observation.receivedAt);
    const sink = this.#sinkOf(observation.position);
    if (!this.#intake.take(device, bounded(observation), this.#now, sink)) return nothing;
    const { changedParts, touched } = this.#intake;
    for (let index = 0, watch = touched.at(0); watch; watch = touched.at(++index)) {
      if (watch.due !== null) this.#timers.watch(watch);
      if (watch.device !== device) this.#memory.changed(watch.device);
    }
    for (let index = 0, part = changedParts.at(0); part; part = changedParts.at(++index))
      this.#memory.changed(part);
    this.#memory.changed(device);
    return sink.transitions;
  }

  /**
   * Time passes: fires everything due ≤ `to`, in order of due (ties: rule id, key). Before now: the clock was set back.
   */
  advance(to: EpochMs, position: Position): readonly AlarmTransition[] {
    if (to < this.#now) this.#stepBack(to);
    this.#now = to;
    if (this.#beginning.size > 0) this.#begin(to);
    let next = this.#timers.peek(to);
    if (!next) return nothing;
    const sink = this.#newSink(position);
    while (next) {
      next.timed.fire(sink);
      this.#memory.changed(next.timed.device);
      this.#timers.watch(next.timed);
      next = this.#timers.peek(to);
    }
    return sink.transitions;
  }

  /** The next that is due, if that is not after `until`. */
  nextDue(until?: EpochMs): EpochMs | undefined {
    const next = this.#timers.peek(until);
    return next && epochMs(next.due);
  }

  /**
   * When the next `for` or `clear-for` runs out. Silences are left out, they have no end; so is what would be held back
   * then, which is asked again and again. Looks at every watch.
   */
  nextHoldDue(): EpochMs | undefined {
    let next = Number.POSITIVE_INFINITY;
    for (const { watches } of this.#fleet.holders()) {
      for (const watch of watches.values()) {
        const { due } = watch;
        if (isListening(watch.rule.trigger) || due === null || due >= next) continue;
        if (watch.current.phase === 'clearing' || watch.heldBack(due) === null) next = due;
      }
    }
    return Number.isFinite(next) ? epochMs(next) : undefined;
  }

  /** Gridbell was down that long: no silence of a device. To be called before time passes over it. */
  downtime(from: EpochMs, to: EpochMs): void {
    for (const { watches } of this.#fleet.holders()) {
      for (const watch of watches.values()) {
        if (!isListening(watch.rule.trigger)) continue;
        watch.downtime(from, to);
        this.#touched(watch);
      }
    }
    this.#fleet.downtimes.add({ from, to });
  }

  /** When Gridbell was down, oldest first. */
  get downtimes(): readonly Downtime[] {
    return this.#fleet.downtimes.spans;
  }

  order(rule: RuleId): RuleOrder | undefined {
    const found = this.#fleet.rules.rule(rule);
    if (!found) return undefined;
    const { task, name, category, severity, lifeSafety } = found;
    return { order: task, name, category, severity, lifeSafety };
  }

  /** Watches that wait for a time: `for`, `clear-for`, a silence. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Every rule with what became of it, and what it did since the start. */
  status(): readonly CountedStatus[] {
    return this.#fleet.rules.countedStatus();
  }

  /** The last evaluations of a rule for a device, oldest first (≤ 50 since the start), or why there are none. */
  trace(rule: RuleId, device: DeviceId): readonly TraceEntry[] {
    const why = (outcome: TraceEntry['outcome'], reason: string): readonly TraceEntry[] => [
      { at: epochMs(Number.isFinite(this.#now) ? this.#now : 0), inputs: {}, outcome, reason },
    ];
    const loaded = this.#fleet.rules.rule(rule);
    if (!loaded) {
      const status = this.#fleet.rules.status.find(({ id }) => id === rule);
      return why(
        'not-loaded',
        status ? `the rule does not load: ${status.problems[0]?.message}` : 'no such rule',
      );
    }
    const state = this.#fleet.devices.get(device);
    if (!state) return why('no-device', 'no such device');
    const reason = whyNotSelected(loaded, state.device, this.#configuration);
    if (reason !== null) return why('not-selected', reason);
    const known = this.#fleet.rules.get(rule);
    const traces = known ? this.#fleet.watchesOf(known, state).map(({ trace }) => trace) : [];
    const partless = state.unparted.get(rule);
    return newestOf(partless ? [...traces, partless] : traces);
  }

  takeDirty(): Iterable<StateRow> {
    return this.#memory.takeDirty(this.#now);
  }

  restore(entries: Iterable<readonly [key: string, state: string]>): void {
    this.#now = this.#memory.restore(entries) ?? this.#now;
  }

  /**
   * The wall clock was corrected; or the data clock begins, with the time of the first reading. What was set for later
   * counts from now.
   */
  #stepBack(to: number): void {
    this.#memory.allChanging();
    this.#fleet.setBack(to);
    for (const { modes, watches } of this.#fleet.holders())
      if (modes.hasChangedAfter(to)) for (const watch of watches.values()) watch.seal();
    for (const holder of this.#fleet.holders()) {
      holder.modes.setBack(to);
      this.#memory.changed(holder);
      for (const watch of holder.setBack(to)) this.#touched(watch);
    }
  }

  #begin(at: number): void {
    for (const watch of this.#beginning) {
      watch.begin(at);
      this.#touched(watch);
    }
    this.#beginning.clear();
  }

  /** The one of the last call, unless that has told something. */
  #sinkOf(record: Position): Sink {
    if (this.#sink.transitions.length > 0) this.#sink = this.#newSink(record);
    this.#sink.position = record;
    return this.#sink;
  }

  #newSink(at: number): Sink {
    return { position: at, transitions: [], tallies: this.#tallies };
  }

  #touched(watch: Watch): void {
    this.#timers.watch(watch);
    this.#memory.changed(watch.device);
  }
}
