import type { Fault } from '#device-sim/faults/fault.ts';
import { rescheduled } from '#device-sim/faults/outgoing.ts';
import { plus } from '#model/brand.ts';

const shortestMs = 1_000;
/** Well within the lateness that rules allow (5m): what comes out of order then still counts. */
const longestMs = 60_000;

/** A single message makes a detour of up to a minute, and what its device says meanwhile overtakes it. */
export const disorder: Fault = {
  about: 'a message makes a detour of up to 60 s and is overtaken',
  defaultRate: 0.05,
  rateOf: 'messages',
  changesOutcome: true,
  apply: (seconds, around) =>
    rescheduled(seconds, around.end, (message) => {
      if (message.topic !== 'telemetry' || !around.concerns(message.device)) return [message];
      const chance = around.chanceOf(message.device);
      if (!chance.happens(around.rate)) return [message];
      around.count('overtaken');
      return [{ ...message, at: plus(message.at, chance.whole(shortestMs, longestMs)) }];
    }),
};
