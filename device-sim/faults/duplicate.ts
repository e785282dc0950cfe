import type { Fault } from '#device-sim/faults/fault.ts';
import { rescheduled } from '#device-sim/faults/outgoing.ts';
import { plus } from '#model/brand.ts';

const latestMs = 3_000;

/** A device that missed its acknowledgement, or a bridge that has two ways: the same text once more, up to 3 s later. */
export const duplicate: Fault = {
  about: 'telemetry is said twice',
  defaultRate: 0.05,
  rateOf: 'messages',
  changesOutcome: false,
  apply: (seconds, around) =>
    rescheduled(seconds, around.end, (message) => {
      if (message.topic !== 'telemetry' || !around.concerns(message.device)) return [message];
      const chance = around.chanceOf(message.device);
      if (!chance.happens(around.rate)) return [message];
      around.count('duplicate');
      return [message, { ...message, at: plus(message.at, chance.whole(0, latestMs)) }];
    }),
};
