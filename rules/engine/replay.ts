import type { Observation } from '#model/reading.ts';
import { Episodes } from '#rules/engine/episodes.ts';
import type { MachineState, Step } from '#rules/engine/machine.ts';
import type { Episode } from '#rules/engine/reconcile.ts';
import type { Stream } from '#rules/engine/stream.ts';

/** How one rule for one device goes from state to state. */
export interface Stepper {
  onDue(state: MachineState, at: number): Step;
  onReading(state: MachineState, observation: Observation, at: number): Step;
}

export interface Replay {
  /** After everything, timers up to `until` included. */
  readonly state: MachineState;
  /** Time of the last thing that happened. */
  readonly clock: number;
  /** The alarms that the readings bring forth, and the one that stood before them. */
  readonly episodes: readonly Episode[];
}

/** Runs a stream again from `index` on, and writes the states after each reading into it. `until` null: no timer after. */
export function replay(stream: Stream, index: number, until: number | null, stepper: Stepper): Replay {
  let state = stream.before(index);
  let clock = stream.clockBefore(index);
  const episodes = new Episodes(state);
  const take = (step: Step): void => {
    episodes.add(step.effect);
    state = step.state;
  };
  const runTimers = (to: number): void => {
    while (state.due !== null && state.due <= to) {
      clock = Math.max(clock, state.due);
      take(stepper.onDue(state, state.due));
    }
  };
  for (const [offset, observation] of stream.entries.slice(index).entries()) {
    clock = Math.max(clock, observation.at);
    runTimers(clock);
    take(stepper.onReading(state, observation, clock));
    stream.restate(index + offset, state);
  }
  if (until !== null) runTimers(until);
  return { state, clock, episodes: episodes.all };
}
