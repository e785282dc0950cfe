import { delay } from '#device-sim/faults/delay.ts';
import { disorder } from '#device-sim/faults/disorder.ts';
import { duplicate } from '#device-sim/faults/duplicate.ts';
import type { Fault } from '#device-sim/faults/fault.ts';
import { garbage } from '#device-sim/faults/garbage.ts';
import { loss } from '#device-sim/faults/loss.ts';
import { reconnectStorm } from '#device-sim/faults/reconnect-storm.ts';
import { wrongClock } from '#device-sim/faults/wrong-clock.ts';

export const faultNames = [
  'wrong-clock',
  'loss',
  'duplicate',
  'delay',
  'disorder',
  'garbage',
  'reconnect-storm',
] as const;
export type FaultName = (typeof faultNames)[number];

/** In the order in which a message meets them: what a device does wrong, then what happens on its way. */
export const faults: Readonly<Record<FaultName, Fault>> = {
  'wrong-clock': wrongClock,
  loss,
  duplicate,
  delay,
  disorder,
  garbage,
  'reconnect-storm': reconnectStorm,
};
