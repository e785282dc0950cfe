import { flag, type Observation } from '#model/reading.ts';
import type { Judge } from '#rules/engine/judge.ts';
import { KeyState } from '#rules/engine/key-state.ts';
import type { Round } from '#rules/engine/lane.ts';
import { Row } from '#rules/engine/row.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** Wakes rules up for one message, each once. */
export class WakingRound implements Round {
  readonly judge: Judge;
  /** Whom something was done with. */
  readonly touched = new Row<Watch>();
  isReferred = false;
  now = 0;
  #observation: Observation | undefined;
  #sink: Sink | undefined;
  #number = 0;

  constructor(judge: Judge) {
    this.judge = judge;
  }

  /** The next message. */
  begin(): void {
    this.#number++;
    this.isReferred = false;
  }

  /** Now it is known what of the message is news. `now`: up to when timers have run out. */
  speak(observation: Observation, now: number, sink: Sink): void {
    this.#observation = observation;
    this.now = now;
    this.#sink = sink;
  }

  isWoken(watch: Watch): boolean {
    return watch.wokenBy === this.#number;
  }

  /** It has had this message. */
  passOver(watch: Watch): void {
    watch.wokenBy = this.#number;
  }

  /** `behind`: how much older the reading is than the newest of its property, ms. Answers whether it is to be woken. */
  call(watch: Watch, observation: Observation, behind: number): boolean {
    if (this.isWoken(watch)) return false;
    if (watch.isTooLate(observation.at, behind)) {
      watch.trace.note('too-late', observation);
      return false;
    }
    this.passOver(watch);
    return true;
  }

  consider(watch: Watch): void {
    if (this.#observation && this.call(watch, this.#observation, 0)) this.wakeUp(watch);
  }

  wakeUp(watch: Watch): void {
    const observation = this.#observation;
    const sink = this.#sink;
    if (!observation || !sink) return;
    const { rule, device } = watch;
    device.changing();
    let heard = rule.anyProperty ? asHeard(observation) : observation;
    if (rule.key.kind !== 'device' && device instanceof KeyState) {
      this.#hearTogether(device, heard);
      if (rule.trigger.kind === 'habit') heard = device.interpret(heard);
    }
    this.touched.push(watch);
    watch.take(heard, this.now, sink);
  }

  /** What it looks up was said, and it was not woken. */
  reconsider(watch: Watch): void {
    if (!this.#observation || !this.#sink || this.isWoken(watch)) return;
    this.touched.push(watch);
    watch.reconsider(this.#observation.at, this.now, this.#sink);
  }

  #hearTogether(together: KeyState, { at, device, receivedAt, flags }: Observation): void {
    together.heardFrom(device, at);
    if (!together.hear(at, receivedAt) || (flags & flag.replayed) !== 0) return;
    together.setBack(receivedAt);
    this.touched.take(together.watches.values());
  }
}

/**
 * A rule on any property asks whether the device speaks, not what it measured when: a gateway that delivers what it kept
 * for a day, or a device whose clock is a year behind, is not silent.
 */
const asHeard = (observation: Observation): Observation =>
  observation.receivedAt > observation.at ? { ...observation, at: observation.receivedAt } : observation;
