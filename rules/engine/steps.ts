import type { ActiveHours } from '#rules/engine/active-hours.ts';
import type { Judged, MachineState, Moment, Step } from '#rules/engine/machine.ts';

/** The machine of one rule for one device: pure functions from state to state. */
export interface Machine {
  readonly hours: ActiveHours | null;
  onReading(state: MachineState, reading: Judged): Step;
  onDue(state: MachineState, moment: Moment): Step;
  /** A reading that says nothing new leaves the state as it is, but for when something was heard: see `calmed`. */
  isCalm(state: MachineState): boolean;
  /** A calm state after such readings, the last of them at `at`. */
  calmed(state: MachineState, at: number): MachineState;
  /** Gridbell was down; the counted time learns of it afterwards. */
  onDowntime(state: MachineState, from: number, to: number): MachineState;
  /** The device is known from now on. */
  onKnown(state: MachineState, at: number): MachineState;
  /** The clock was set back to `at`. */
  onSetBack(state: MachineState, at: number): MachineState;
}

/** A machine with the state that it begins in. */
export interface Plan extends Machine {
  readonly initial: MachineState;
}
