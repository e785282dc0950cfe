import type { Chance } from '#device-sim/chance/chance.ts';
import type { OutgoingSecond } from '#device-sim/faults/outgoing.ts';
import type { EpochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';

/** What one fault is told about where it works. */
export interface FaultSurroundings {
  /** Of the messages or of the devices; a storm: so many an hour. */
  readonly rate: number;
  /** Whether it is meant for this device. */
  concerns(device: string): boolean;
  /** Those that it is meant for. */
  readonly devices: readonly string[];
  readonly clock: ClockKind;
  /** Of the run: nothing leaves from here on. */
  readonly end: EpochMs;
  /** Of its own, for each device: one more device changes nothing for the others. */
  chanceOf(device: string): Chance;
  /** Counts what was done, by kind. */
  count(kind: string): void;
}

/** Something that goes wrong between the devices and the platform. The same seed breaks the same messages. */
export interface Fault {
  /** One line for --help. */
  readonly about: string;
  readonly defaultRate: number;
  /** What the rate means. */
  readonly rateOf: 'messages' | 'devices' | 'times an hour';
  /** Alarms may come otherwise than the scenarios announce, or not at all. */
  readonly changesOutcome: boolean;
  apply(seconds: Iterable<OutgoingSecond>, around: FaultSurroundings): Iterable<OutgoingSecond>;
}
