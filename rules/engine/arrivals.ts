import type { Observation, Value } from '#model/reading.ts';
import type { DeviceState } from '#rules/engine/device-state.ts';
import type { Fleet } from '#rules/engine/fleet.ts';
import { PartState } from '#rules/engine/part-state.ts';
import type { WakingRound } from '#rules/engine/round.ts';
import { Row } from '#rules/engine/row.ts';
import type { Wake } from '#rules/engine/wake.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** A device, or a part of it: what readings arrive at. */
export type Receiver = DeviceState | PartState;

/** A value that was said before for this time, and whom it would wake. */
interface Repeat {
  readonly property: string;
  readonly wake: Wake;
}

interface Reading extends Repeat {
  readonly value: Value;
}

/** Keeps what a message says, so that it may be looked up later, and finds out whom it wakes. */
export class Arrivals {
  /** What each reading of the message concerns. */
  readonly wakes = new Row<Wake>();
  /** Whom it wakes, when it does not come in order. */
  readonly woken = new Row<Watch>();
  /** They look up what it says. */
  readonly referring = new Row<Watch>();
  /**
   * All that the message says is newer than what was said before, and no timer has to run out before it: it may be taken in
   * by lanes.
   */
  isOrderly = true;
  readonly #fleet: Fleet;
  readonly #round: WakingRound;

  constructor(fleet: Fleet, round: WakingRound) {
    this.#fleet = fleet;
    this.#round = round;
  }

  /**
   * All values of the message are there before any rule runs. Answers what of it is news; what is left out changes nothing.
   * `now`: up to when timers have run out.
   */
  take(receiver: Receiver, observation: Observation, now: number): Observation {
    this.wakes.clear();
    this.woken.clear();
    this.referring.clear();
    const inOrder = observation.at <= now ? this.#takeInOrder(receiver, observation) : 0;
    this.isOrderly = inOrder === observation.values.size;
    return this.isOrderly ? observation : this.#takeOthers(receiver, observation, inOrder);
  }

  /** Keeps readings until one is not newer than all before; answers how many. */
  #takeInOrder(receiver: Receiver, observation: Observation): number {
    const { at } = observation;
    let count = 0;
    for (const [property, value] of observation.values) {
      const wake = receiver.wake(property, this.#fleet);
      const { channel, isReferred } = wake;
      if (channel) {
        if (at <= (channel.track.newestAt ?? Number.NEGATIVE_INFINITY)) break;
        channel.add(at, value, wake.keeping);
        if (isReferred) this.#refer(receiver, wake, { at, said: value });
      }
      this.wakes.push(wake);
      count++;
    }
    return count;
  }

  /** Something does not come in order: finds out whom each reading wakes. The first ones are kept already. */
  #takeOthers(receiver: Receiver, observation: Observation, inOrder: number): Observation {
    let repeats: Repeat[] | undefined;
    let values: Map<string, Value> | undefined;
    let isNews = false;
    let count = 0;
    for (const [property, value] of observation.values) {
      const wake = receiver.wake(property, this.#fleet);
      if (count++ < inOrder) {
        for (const watch of wake.watches) this.#wake(watch, observation, 0);
        isNews ||= wake.channel !== null;
        continue;
      }
      this.wakes.push(wake);
      const arrival = this.#arrive(receiver, observation, { property, value, wake });
      if (arrival === 'repeat') {
        repeats ??= [];
        repeats.push({ property, wake });
      } else if (arrival === 'too-late') {
        values ??= new Map(observation.values);
        values.delete(property);
      } else isNews ||= wake.channel !== null;
    }
    if (repeats && isNews) this.#sayAgain(observation, repeats);
    else if (repeats) values = this.#leaveOut(observation, repeats, values);
    return values ? { ...observation, values } : observation;
  }

  /** Keeps one reading and gathers whom it wakes, but not for a repeat. */
  #arrive(
    receiver: Receiver,
    observation: Observation,
    { property, value, wake }: Reading,
  ): 'taken' | 'repeat' | 'too-late' {
    const { at } = observation;
    const behind = behindOf(wake, at);
    const isKept = behind <= this.#fleet.rules.longestLatenessMs;
    if (wake.channel && isKept) {
      const arrival = wake.channel.add(at, value, wake.keeping);
      if (arrival === 'repeat') return 'repeat';
      if (arrival === 'corrected') for (const watch of wake.watches) retract(watch, { property, at, behind });
      // A correction may take back what was counted.
      const said = arrival === 'corrected' ? undefined : value;
      this.#refer(receiver, wake, { at, said });
    }
    for (const watch of wake.watches) this.#wake(watch, observation, behind);
    return isKept ? 'taken' : 'too-late';
  }

  /** A message that corrects another one is judged as a whole: what is the same in both belongs to it from now on. */
  #sayAgain(observation: Observation, repeats: readonly Repeat[]): void {
    const { at } = observation;
    for (const { property, wake } of repeats) {
      const behind = behindOf(wake, at);
      for (const watch of wake.watches) {
        retract(watch, { property, at, behind });
        this.#wake(watch, observation, behind);
      }
    }
  }

  #leaveOut(
    observation: Observation,
    repeats: readonly Repeat[],
    values = new Map(observation.values),
  ): Map<string, Value> {
    for (const { property, wake } of repeats) {
      for (const watch of wake.watches) watch.trace.note('repeated', observation);
      values.delete(property);
    }
    return values;
  }

  /** Those that look it up: the device's own rules, and those of others that count it. `said`: no other value matters. */
  #refer(
    receiver: Receiver,
    { referring, others }: Wake,
    { at, said }: { at: number; said: Value | undefined },
  ): void {
    for (const watch of referring) this.referring.push(watch);
    if (others.length === 0 || receiver instanceof PartState) return;
    const needs = said === undefined ? others : others.filter(({ value }) => value === said);
    for (const watch of this.#fleet.neighbours.heard(receiver, needs, at)) this.referring.push(watch);
  }

  #wake(watch: Watch, observation: Observation, behind: number): void {
    if (this.#round.call(watch, observation, behind)) this.woken.push(watch);
  }
}

/** How much older than the newest of its property, ms. */
const behindOf = ({ channel }: Wake, at: number): number => Math.max(0, (channel?.track.newestAt ?? at) - at);

/** What comes too late corrects nothing. */
function retract(
  watch: Watch,
  { at, behind, property }: { at: number; behind: number; property: string },
): void {
  if (!watch.isTooLate(at, behind)) watch.retract(property, at);
}
