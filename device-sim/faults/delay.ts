import type { Fault } from '#device-sim/faults/fault.ts';
import { rescheduled } from '#device-sim/faults/outgoing.ts';
import { type EpochMs, epochMs, plus } from '#model/brand.ts';

const shortestMs = 5_000;
const longestMs = 90_000;

/**
 * Bad reception: the device keeps what it has to say for 5 to 90 s and then says all of it, in order, with the times at which
 * it was measured.
 */
export const delay: Fault = {
  about: 'a device keeps its messages for 5–90 s',
  defaultRate: 0.02,
  rateOf: 'messages',
  changesOutcome: true,
  apply: (seconds, around) => {
    const keptUntil = new Map<string, EpochMs>();
    return rescheduled(seconds, around.end, (message) => {
      if (!around.concerns(message.device)) return [message];
      let until = keptUntil.get(message.device) ?? epochMs(0);
      if (until <= message.at) {
        const chance = around.chanceOf(message.device);
        if (message.topic !== 'telemetry' || !chance.happens(around.rate)) return [message];
        until = plus(message.at, chance.whole(shortestMs, longestMs));
        keptUntil.set(message.device, until);
      }
      around.count('delayed');
      return [{ ...message, at: until }];
    });
  },
};
