import type { Configuration } from '#model/configuration.ts';
import { flag, type Observation, type Value } from '#model/reading.ts';
import type { DeviceState, Wake } from '#rules/engine/device-state.ts';
import type { Fleet } from '#rules/engine/fleet.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** Takes observations in: keeps what may be looked up later, and wakes the rules whose readings came. */
export class Intake {
  /** The watches that the last observation touched. */
  readonly touched = new Set<Watch>();
  readonly #fleet: Fleet;
  readonly #configuration: Configuration;
  readonly #woken: Watch[] = [];
  readonly #referring: Watch[] = [];
  #call = 0;

  constructor(fleet: Fleet, configuration: Configuration) {
    this.#fleet = fleet;
    this.#configuration = configuration;
  }

  /** Answers whether it changed anything. `now`: up to when timers have run out. */
  take(device: DeviceState, observation: Observation, now: number, sink: Sink): boolean {
    this.#call++;
    this.touched.clear();
    this.#woken.length = 0;
    this.#referring.length = 0;
    if ((observation.flags & flag.state) !== 0) return this.#takeState(device, observation, sink);
    const { at, receivedAt } = observation;
    // One from quarantine was received long ago, and says nothing about the clock.
    const isAhead = device.hear(at, receivedAt) && (observation.flags & flag.replayed) === 0;
    if (isAhead) for (const watch of device.setBack(receivedAt)) this.touched.add(watch);
    const fresh = this.#arrive(device, observation);
    for (const watch of this.#woken) watch.take(watch.rule.anyProperty ? asHeard(fresh) : fresh, now, sink);
    for (const watch of this.#referring)
      if (watch.wokenBy !== this.#call) watch.reconsider(observation.at, now, sink);
    for (const watch of this.#woken) this.touched.add(watch);
    for (const watch of this.#referring) this.touched.add(watch);
    return isAhead || fresh.values.size > 0;
  }

  /** All values of the message are there before any rule runs. What is left out changes nothing. */
  #arrive(device: DeviceState, observation: Observation): Observation {
    let values: Map<string, Value> | undefined;
    for (const [property, value] of observation.values) {
      if (this.#arriveOne(device, observation, property, value)) continue;
      values ??= new Map(observation.values);
      values.delete(property);
    }
    return values ? { ...observation, values } : observation;
  }

  /** Keeps one reading and gathers whom it wakes. False: it changes nothing. */
  #arriveOne(device: DeviceState, observation: Observation, property: string, value: Value): boolean {
    const keepMs = this.#fleet.rules.longestLatenessMs;
    const { track, watches, referring } = this.#wakeOf(device, property);
    const { at } = observation;
    const behind = Math.max(0, (track?.newestAt ?? at) - at);
    if (track && behind <= keepMs) {
      const arrival = track.add(at, value, keepMs);
      if (arrival === 'repeat') {
        for (const watch of watches) watch.trace.note('repeated', observation);
        return false;
      }
      if (arrival === 'corrected') for (const watch of watches) watch.retract(property, at);
      for (const watch of referring) this.#referring.push(watch);
    }
    for (const watch of watches) this.#wake(watch, observation, behind);
    return behind <= keepMs;
  }

  #wake(watch: Watch, observation: Observation, behind: number): void {
    if (watch.wokenBy === this.#call) return;
    if (watch.isTooLate(observation.at, behind)) {
      watch.trace.note('too-late', observation);
      return;
    }
    watch.wokenBy = this.#call;
    this.#woken.push(watch);
  }

  /** What a gateway sends as retained state: no reading to any rule, but news of a danger wants somebody to look. */
  #takeState(device: DeviceState, observation: Observation, sink: Sink): boolean {
    let isNew = false;
    for (const property of observation.values.keys()) {
      for (const watch of this.#wakeOf(device, property).watches) {
        if (watch.wokenBy === this.#call) continue;
        watch.wokenBy = this.#call;
        isNew = watch.verification.take(observation, sink) || isNew;
      }
    }
    return isNew;
  }

  #wakeOf(device: DeviceState, property: string): Wake {
    return device.wake(property, this.#fleet, this.#configuration);
  }
}

/**
 * A rule on any property asks whether the device speaks, not what it measured when: a gateway that delivers what it kept
 * for a day, or a device whose clock is a year behind, is not silent.
 */
const asHeard = (observation: Observation): Observation =>
  observation.receivedAt > observation.at ? { ...observation, at: observation.receivedAt } : observation;
