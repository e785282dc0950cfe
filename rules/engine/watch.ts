import type { Observation } from '#model/reading.ts';
import { applyCorrection, Book } from '#rules/engine/book.ts';
import { Group } from '#rules/engine/group.ts';
import { type Judge, type Judgeable, remarkOn } from '#rules/engine/judge.ts';
import { type Hold, isOpen, type MachineState, type Step } from '#rules/engine/machine.ts';
import { Progress } from '#rules/engine/progress.ts';
import { reconcile, type Told } from '#rules/engine/reconcile.ts';
import { replay, type Stepper } from '#rules/engine/replay.ts';
import type { RuleTally } from '#rules/engine/rule-counts.ts';
import type { Sink } from '#rules/engine/sink.ts';
import { entriesOf, type KeptReadings, unpackState, type WatchSnapshot } from '#rules/engine/snapshot.ts';
import type { Plan } from '#rules/engine/steps.ts';
import { type Span, Stream } from '#rules/engine/stream.ts';
import type { LoadedRule, Subject } from '#rules/engine/subject.ts';
import { Trace } from '#rules/engine/trace.ts';
import type { Remark } from '#rules/engine/trace-ring.ts';
import { type StateDanger, Verification } from '#rules/engine/verification.ts';
import type { Voice } from '#rules/engine/voice.ts';
import type { Frame } from '#rules/language/frame.ts';
import { isListening, type Rule } from '#rules/language/rule.ts';

const noDangers: readonly StateDanger[] = [];

/** One rule for one device: its state, what it took in lately, and what it told the tasks. */
export class Watch implements Judgeable, Stepper {
  readonly device: Subject;
  readonly book: Book;
  readonly trace: Trace;
  /** Whom its alarms are told to. */
  readonly voice: Voice;
  readonly order: readonly [string, string];
  readonly progress: Progress;
  readonly stream: Stream;
  promised: number | null = null;
  /** Number of the call that woke it last: a message wakes it once. */
  wokenBy = 0;
  /** From here on a correction wants it run again. */
  #corrected: number | null = null;
  #loaded: LoadedRule;
  readonly #judge: Judge;
  #verification: Verification | null = null;

  constructor(
    loaded: LoadedRule,
    device: Subject,
    { judge, voice, plan }: { judge: Judge; voice: Voice; plan: Plan },
  ) {
    this.voice = voice;
    this.#loaded = loaded;
    this.trace = new Trace(loaded.tally, loaded.rule.needs);
    this.device = device;
    this.#judge = judge;
    this.book = new Book(this);
    this.order = [loaded.rule.id, device.key];
    this.progress = new Progress(plan);
    this.stream = new Stream(plan.initial, this.progress);
  }

  /** What retained state says to it; made for those to whom it says something. */
  get verification(): Verification {
    this.device.changing();
    this.progress.stir();
    this.#verification ??= new Verification(this, this.#judge);
    return this.#verification;
  }
  /** Dangers that were told from retained state. */
  get dangers(): readonly StateDanger[] {
    return this.#verification?.dangers ?? noDangers;
  }
  get loaded(): LoadedRule {
    return this.#loaded;
  }
  get rule(): Rule {
    return this.#loaded.rule;
  }
  get version(): number {
    return this.#loaded.version;
  }
  get tally(): RuleTally {
    return this.#loaded.tally;
  }
  /** The key that its alarms have. */
  get alarmKey(): string {
    return this.voice instanceof Group ? this.voice.key : this.device.key;
  }
  get current(): MachineState {
    return this.progress.state;
  }
  get clock(): number {
    return this.progress.clock;
  }
  get due(): number | null {
    return this.current.due;
  }

  /** It shares nothing with others any more. */
  leave(): void {
    this.progress.leave();
    this.stream.part();
    this.trace.leave();
  }

  /** A version that means the same, or other facts about the device: what was decided stays decided. */
  renew(loaded: LoadedRule, plan: Plan): void {
    this.progress.plan = plan;
    this.#loaded = loaded;
    this.trace.renew(loaded.rule.needs);
  }

  /** Nothing that was taken in before is judged again. */
  seal(): void {
    const { clock, state } = this.progress;
    this.stream.seal(state, clock);
    this.book.forget(state);
  }

  /** Goes on where the snapshot left off. Nothing is judged again: by now more may be known than was then. */
  restore(snapshot: WatchSnapshot, readings: KeptReadings): void {
    const { base, current, clock, floor, states = [], told } = snapshot;
    this.stream.seal(unpackState(base), floor ?? Number.NEGATIVE_INFINITY);
    this.book.told = told;
    if (snapshot.stateDangers) this.verification.dangers = snapshot.stateDangers;
    this.stream.restore(
      entriesOf(snapshot, readings),
      states.map(([index, state]) => [index, unpackState(state)]),
    );
    this.progress.state = unpackState(current);
    this.progress.clock = clock ?? Number.NEGATIVE_INFINITY;
  }

  /** The rule means something else now; the alarm that stands goes on standing until the new one clears it. */
  carry(open: Told, clock: number): void {
    const { number: count, startedAt: since, severity } = open;
    this.progress.state = { ...this.progress.state, phase: 'active', count, since, severity };
    this.progress.clock = clock;
    this.book.told = [open];
    this.seal();
  }

  heldBack(at: number, isTimer = false): Hold | null {
    if (!isListening(this.rule.trigger) && this.progress.plan.hours?.isActive(at) === false)
      return { by: 'active-hours' };
    if (this.rule.lifeSafety || this.device.isLifeSafety || this.rule.unless.size === 0) return null;
    const mode = this.device.modes.find(this.rule.unless, at, isTimer);
    return mode === undefined ? null : { by: 'mode', mode };
  }

  fill(frame: Frame): void {
    this.device.fill(frame);
  }

  /** Takes a reading in; `now`: up to when timers have run out. */
  take(observation: Observation, now: number, sink: Sink): void {
    this.progress.stir();
    this.#verification?.hear(observation);
    if (this.#isBehind(observation.at)) {
      this.#decide(now);
      if (this.#isOutdated(observation)) {
        this.#corrected = null;
        // Others may take it in.
        this.stream.part(observation);
        this.trace.note('too-late', observation);
        return;
      }
      const index = this.stream.insert(observation);
      const first = Math.min(index, this.#corrected ?? index);
      this.#corrected = null;
      this.#runAgain(first, now, sink, observation);
      this.#forget();
      return;
    }
    this.#runTimers(observation.at, sink);
    const step = this.onReading(this.progress.state, observation, observation.at);
    this.#note(step);
    this.#commit(step, sink);
    this.progress.clock = observation.at;
    // Whoever just asks whether the device speaks judges nothing again: what comes late was heard now (intake.ts).
    if (this.rule.anyProperty) {
      this.seal();
      return;
    }
    this.stream.push(observation, step.state);
    this.#forget();
    if (this.dangers.length === 0 && this.book.open === undefined) this.progress.rest(this.stream);
  }

  /** Whether a reading, so much older than the newest of its property, comes too late to be judged. */
  isTooLate(at: number, behindMs: number): boolean {
    // Whoever just asks whether the device speaks hears it now.
    if (this.rule.anyProperty) return false;
    return behindMs > this.rule.latenessMs || this.stream.hasForgotten(at, this.rule.latenessMs);
  }

  /** Whether it judged a reading in this time, and may judge it again. */
  hasJudged(span: Span): boolean {
    return this.stream.hasWithin(span);
  }

  /** A reading that its conditions look up came after it had judged that time. */
  reconsider(at: number, now: number, sink: Sink): void {
    this.device.changing();
    if (this.stream.newestAt < at) return;
    this.#decide(now);
    // What is older may be kept or forgotten by now: that depends on what other rules keep, and on restarts.
    const from = Math.max(at, this.stream.newestAt - this.rule.latenessMs);
    const index = this.stream.entries.findIndex((entry) => entry.at >= from);
    if (index >= 0) this.#runAgain(index, now, sink);
  }

  /** Drops `property` from the readings of `at`: another value was received for it. */
  retract(property: string, at: number): void {
    this.device.changing();
    this.progress.stir();
    const index = this.stream.retract(property, at);
    if (index !== null) this.#corrected = Math.min(index, this.#corrected ?? index);
  }

  /** The oldest readings of the log that it shares are about to be dropped. */
  release(count: number): void {
    this.stream.release(count);
    this.book.forget(this.stream.base);
  }

  /** Gridbell was down. */
  downtime(from: number, to: number): void {
    this.device.changing();
    const put = (state: MachineState): MachineState => this.progress.plan.onDowntime(state, from, to);
    this.progress.state = put(this.progress.state);
    this.stream.adjust(put);
  }

  /** The device is known from now on. */
  begin(at: number): void {
    this.device.changing();
    if (this.stream.length > 0) return;
    const before = this.progress.state;
    const state = this.progress.plan.onKnown(before, at);
    if (state === before) return;
    this.progress.state = state;
    this.stream.begin(state);
  }

  /**
   * The clock was set back to `at`: timers and the alarm that stands count from there, and what was taken in after
   * `limit` is not judged again. Answers whether that changed anything.
   */
  setBack(at: number, limit: number): boolean {
    this.#verification?.setBack(at);
    const put = (state: MachineState): MachineState => this.progress.plan.onSetBack(state, at);
    const before = this.progress.state;
    const after = put(before);
    this.progress.state = after;
    if (this.progress.clock <= limit) {
      this.stream.adjust(put);
      return after !== before;
    }
    this.progress.clock = at;
    this.#corrected = null;
    this.book.setBack(at);
    this.seal();
    return true;
  }

  /** The timer that is due runs out. */
  fire(sink: Sink): void {
    const at = this.due;
    if (at === null) return;
    this.device.changing();
    const step = this.onDue(this.progress.state, at);
    this.#note(step);
    this.#commit(step, sink);
    this.progress.clock = Math.max(this.progress.clock, at);
  }

  /** Also behind: before the beginning that was told of the alarm that stands, when late readings have moved it. */
  #isBehind(at: number): boolean {
    if (at < this.progress.clock || this.#corrected !== null) return true;
    return isOpen(this.progress.state) && (this.book.open?.startedAt ?? at) > at;
  }

  #forget(): void {
    if (this.stream.forget(this.rule.latenessMs)) this.book.forget(this.stream.base);
  }

  /** What rests on readings that are forgotten stays as it is: judged again, it would be something else. */
  #decide(now: number): void {
    const since = this.device.knownSince(this.rule, now);
    const { entries } = this.stream;
    if ((entries[0]?.at ?? since) >= since) return;
    const index = entries.findIndex(({ at }) => at >= since);
    const count = index < 0 ? entries.length : index;
    this.stream.drop(count);
    this.#corrected = this.#corrected === null ? null : Math.max(0, this.#corrected - count);
    this.book.forget(this.stream.base);
  }

  /**
   * From before what is decided, and its device has said something newer since: it may still be a danger that nobody knew
   * of, but it ends nothing and eases nothing.
   */
  #isOutdated(observation: Observation): boolean {
    const { at, values } = observation;
    if (at >= this.stream.floor || isListening(this.rule.trigger)) return false;
    for (const property of values.keys())
      if (this.rule.properties.has(property) && this.device.timeAt(property, Number.POSITIVE_INFINITY) === at)
        return false;
    return isOpen(this.progress.state) || this.#judge.reading(this, observation, at).verdict !== 'holds';
  }

  #runTimers(until: number, sink: Sink): void {
    while (this.due !== null && this.due <= until) this.fire(sink);
  }

  #commit(step: Step, sink: Sink): void {
    this.progress.state = step.state;
    if (step.effect) this.book.tell(step.effect, sink);
  }

  onReading(state: MachineState, observation: Observation, at: number): Step {
    return this.progress.plan.onReading(state, this.#judge.reading(this, observation, at));
  }
  onDue(state: MachineState, at: number): Step {
    return this.progress.plan.onDue(state, this.#judge.moment(this, at));
  }

  /** Runs everything from `index` on again and says what is different from what was told. */
  #runAgain(index: number, now: number, sink: Sink, cause?: Observation): void {
    const told = this.book.since(this.stream.before(index));
    // Timers have run to its own clock, too: the platform's may have been set back by some minutes since.
    const { state, clock, episodes } = replay(this.stream, index, Math.max(now, this.progress.clock), {
      onDue: (before, at) => this.onDue(before, at),
      onReading: (before, observation, at) => {
        const step = this.onReading(before, observation, at);
        if (observation === cause) this.#note(step, true);
        return step;
      },
    });
    this.progress.state = state;
    this.progress.clock = clock;
    for (const correction of reconcile(told, episodes)) applyCorrection(this.book, correction, now, sink);
  }

  #note(step: Step, isLate = false): void {
    const remark = remarkOn(step, this.#judge);
    this.trace.note(step.outcome, this.#judge, isLate ? cameLate(remark) : remark);
  }
}

const late = '; it came behind newer ones, which were judged again';
const cameLate = (remark: Remark | null): Remark =>
  remark === null || typeof remark === 'string'
    ? `${remark ?? ''}${late}`
    : { ...remark, text: `${remark.text}${late}` };
