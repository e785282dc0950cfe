import type { Fault } from '#device-sim/faults/fault.ts';
import { rescheduled } from '#device-sim/faults/outgoing.ts';

/** The radio swallowed it, and the device does not know. */
export const loss: Fault = {
  about: 'telemetry never arrives',
  defaultRate: 0.02,
  rateOf: 'messages',
  changesOutcome: true,
  apply: (seconds, around) =>
    rescheduled(seconds, around.end, (message) => {
      if (message.topic !== 'telemetry' || !around.concerns(message.device)) return [message];
      if (!around.chanceOf(message.device).happens(around.rate)) return [message];
      around.count('lost');
      return [];
    }),
};
