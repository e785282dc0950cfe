import { flag, type Observation, type Value } from '#model/reading.ts';
import type { DeviceState } from '#rules/engine/device-state.ts';
import type { Fleet } from '#rules/engine/fleet.ts';
import { KeyState } from '#rules/engine/key-state.ts';
import { PartState } from '#rules/engine/part-state.ts';
import { Row } from '#rules/engine/row.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { Wake } from '#rules/engine/wake.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** A device, or a part of it: what readings arrive at. */
type Receiver = DeviceState | PartState;

/** A value that was said before for this time, and whom it would wake. */
interface Repeat {
  readonly property: string;
  readonly wake: Wake;
}

/** Takes observations in: keeps what may be looked up later, and wakes the rules whose readings came. */
export class Intake {
  /** The watches that the last observation touched. */
  readonly touched = new Row<Watch>();
  /** The parts of the device that it changed. */
  readonly changedParts = new Row<PartState>();
  readonly #fleet: Fleet;
  readonly #woken = new Row<Watch>();
  readonly #referring = new Row<Watch>();
  #call = 0;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** Answers whether it changed anything. `now`: up to when timers have run out. */
  take(device: DeviceState, observation: Observation, now: number, sink: Sink): boolean {
    this.touched.clear();
    this.changedParts.clear();
    const isChanged = this.#takeAt(device, observation, now, sink);
    const parting = device.partedBy(this.#fleet);
    return parting.length === 0
      ? isChanged
      : this.#takeParts(device, observation, { parting, now, sink }) || isChanged;
  }

  #takeAt(receiver: Receiver, observation: Observation, now: number, sink: Sink): boolean {
    this.#call++;
    this.#woken.clear();
    this.#referring.clear();
    if ((observation.flags & flag.state) !== 0) return this.#takeState(receiver, observation, sink);
    const isAhead = this.#hear(receiver, observation);
    const fresh = this.#arrive(receiver, observation);
    for (let index = 0, watch = this.#woken.at(0); watch; watch = this.#woken.at(++index))
      this.#wakeUp(watch, fresh, now, sink);
    for (let index = 0, watch = this.#referring.at(0); watch; watch = this.#referring.at(++index))
      if (watch.wokenBy !== this.#call) watch.reconsider(observation.at, now, sink);
    this.touched.append(this.#woken);
    this.touched.append(this.#referring);
    return isAhead || fresh.values.size > 0;
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

  #wakeUp(watch: Watch, observation: Observation, now: number, sink: Sink): void {
    const { rule, device } = watch;
    let heard = rule.anyProperty ? asHeard(observation) : observation;
    if (rule.key.kind !== 'device' && device instanceof KeyState) {
      this.#hearTogether(device, heard);
      if (rule.trigger.kind === 'habit') heard = device.interpret(heard);
    }
    watch.take(heard, now, sink);
  }

  #hearTogether(together: KeyState, { at, device, receivedAt, flags }: Observation): void {
    together.heardFrom(device, at);
    if (!together.hear(at, receivedAt) || (flags & flag.replayed) !== 0) return;
    together.setBack(receivedAt);
    this.touched.take(together.watches.values());
  }

  /** All values of the message are there before any rule runs. What is left out changes nothing. */
  #arrive(receiver: Receiver, observation: Observation): Observation {
    let repeats: Repeat[] | undefined;
    let values: Map<string, Value> | undefined;
    let isNews = false;
    for (const [property, value] of observation.values) {
      const wake = receiver.wake(property, this.#fleet);
      const arrival = this.#arriveOne(receiver, observation, { property, value, wake });
      if (arrival === 'repeat') {
        repeats ??= [];
        repeats.push({ property, wake });
      } else if (arrival === 'too-late') {
        values ??= new Map(observation.values);
        values.delete(property);
      } else if (wake.channel) isNews = true;
    }
    if (repeats && isNews) this.#sayAgain(observation, repeats);
    else if (repeats) values = this.#leaveOut(observation, repeats, values);
    return values ? { ...observation, values } : observation;
  }

  /** Keeps one reading and gathers whom it wakes, but not for a repeat. */
  #arriveOne(
    receiver: Receiver,
    observation: Observation,
    { property, value, wake }: Repeat & { value: Value },
  ): 'taken' | 'repeat' | 'too-late' {
    const { at } = observation;
    const behind = Math.max(0, (wake.channel?.track.newestAt ?? at) - at);
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
      const behind = Math.max(0, (wake.channel?.track.newestAt ?? at) - at);
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
    for (const watch of referring) this.#referring.push(watch);
    if (others.length === 0 || receiver instanceof PartState) return;
    const needs = said === undefined ? others : others.filter(({ value }) => value === said);
    for (const watch of this.#fleet.neighbours.heard(receiver, needs, at)) this.#referring.push(watch);
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
  #takeState(receiver: Receiver, observation: Observation, sink: Sink): boolean {
    let isNew = false;
    for (const property of observation.values.keys()) {
      const wake: Wake = receiver.wake(property, this.#fleet);
      for (const watch of wake.watches) {
        if (watch.wokenBy === this.#call) continue;
        watch.wokenBy = this.#call;
        isNew = watch.verification.take(observation, sink) || isNew;
      }
    }
    return isNew;
  }
}

/** What comes too late corrects nothing. */
function retract(
  watch: Watch,
  { at, behind, property }: { at: number; behind: number; property: string },
): void {
  if (!watch.isTooLate(at, behind)) watch.retract(property, at);
}

/**
 * A rule on any property asks whether the device speaks, not what it measured when: a gateway that delivers what it kept
 * for a day, or a device whose clock is a year behind, is not silent.
 */
const asHeard = (observation: Observation): Observation =>
  observation.receivedAt > observation.at ? { ...observation, at: observation.receivedAt } : observation;
