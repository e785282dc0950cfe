import { flag, type Observation } from '#model/reading.ts';
import { Arrivals, type Receiver } from '#rules/engine/arrivals.ts';
import type { DeviceState } from '#rules/engine/device-state.ts';
import type { Fleet } from '#rules/engine/fleet.ts';
import type { PartState } from '#rules/engine/part-state.ts';
import { WakingRound } from '#rules/engine/round.ts';
import { Row } from '#rules/engine/row.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** Takes observations in: keeps what may be looked up later, and wakes the rules whose readings came. */
export class Intake {
  /** The parts of the device that the last observation changed. */
  readonly changedParts = new Row<PartState>();
  readonly #fleet: Fleet;
  readonly #round: WakingRound;
  readonly #arrivals: Arrivals;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#round = new WakingRound(fleet.judge);
    this.#arrivals = new Arrivals(fleet, this.#round);
  }

  /** The watches that the last observation touched, but for those that a glance was enough for. */
  get touched(): Row<Watch> {
    return this.#round.touched;
  }

  /** Answers whether it changed anything. `now`: up to when timers have run out. */
  take(device: DeviceState, observation: Observation, now: number, sink: Sink): boolean {
    this.touched.clear();
    this.changedParts.clear();
    // A gateway that was away tells what happened meanwhile, a reader what it has stored: nobody is to run for that.
    if ((observation.flags & flag.past) !== 0) return false;
    const isChanged = this.#takeAt(device, observation, now, sink);
    const parting = device.partedBy(this.#fleet);
    return parting.length === 0
      ? isChanged
      : this.#takeParts(device, observation, { parting, now, sink }) || isChanged;
  }

  #takeAt(receiver: Receiver, observation: Observation, now: number, sink: Sink): boolean {
    this.#round.begin();
    receiver.changing();
    if ((observation.flags & flag.state) !== 0) return this.#takeState(receiver, observation, sink);
    const isAhead = this.#hear(receiver, observation);
    const fresh = this.#arrivals.take(receiver, observation, now);
    this.#wakeUp(fresh, now, sink);
    return isAhead || fresh.values.size > 0;
  }

  #wakeUp(observation: Observation, now: number, sink: Sink): void {
    const { isOrderly, referring, wakes, woken } = this.#arrivals;
    const round = this.#round;
    round.speak(observation, now, sink);
    round.isReferred = !referring.isEmpty;
    if (isOrderly)
      for (let index = 0, wake = wakes.at(0); wake; wake = wakes.at(++index))
        wake.lane.take(observation, round);
    for (let index = 0, watch = woken.at(0); watch; watch = woken.at(++index)) round.wakeUp(watch);
    for (let index = 0, watch = referring.at(0); watch; watch = referring.at(++index))
      round.reconsider(watch);
    for (let index = 0, wake = wakes.at(0); wake; wake = wakes.at(++index)) wake.lane.settle();
  }

  /** For each property that tells readings apart, those of this message belong to one part. */
  #takeParts(
    device: DeviceState,
    observation: Observation,
    { parting, now, sink }: { parting: readonly string[]; now: number; sink: Sink },
  ): boolean {
    let isChanged = false;
    for (const property of parting) {
      const value = observation.values.get(property);
      if (value === undefined) {
        this.#notePartless(device, property, observation);
        continue;
      }
      const part = this.#fleet.part(device, { property, value });
      if (!this.#takeAt(part, observation, now, sink)) continue;
      this.changedParts.push(part);
      isChanged = true;
    }
    this.#fleet.forgetParts(device);
    return isChanged;
  }

  #notePartless(device: DeviceState, property: string, observation: Observation): void {
    for (const loaded of this.#fleet.rules.partedBy(property)) {
      const isAsked = [...observation.values.keys()].some((name) => loaded.rule.properties.has(name));
      if (isAsked && device.isSelected(loaded))
        device.unpartedTrace(loaded).note('unknown', observation, `the message has no ${property}`);
    }
  }

  /** Answers whether a clock was ahead and was set back. */
  #hear(receiver: Receiver, { at, receivedAt, flags }: Observation): boolean {
    // One from quarantine was received long ago, and says nothing about the clock.
    const isAhead = receiver.hear(at, receivedAt) && (flags & flag.replayed) === 0;
    if (isAhead) this.touched.take(receiver.setBack(receivedAt));
    return isAhead;
  }

  /** What a gateway sends as retained state: no reading to any rule, but news of a danger wants somebody to look. */
  #takeState(receiver: Receiver, observation: Observation, sink: Sink): boolean {
    let isNew = false;
    for (const property of observation.values.keys()) {
      for (const watch of receiver.wake(property, this.#fleet).watches) {
        if (this.#round.isWoken(watch)) continue;
        this.#round.passOver(watch);
        isNew = watch.verification.take(observation, sink) || isNew;
      }
    }
    return isNew;
  }
}
