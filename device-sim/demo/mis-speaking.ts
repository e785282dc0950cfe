import type { SimMessage } from '#device-sim/message.ts';
import { type EpochMs, hour, minute } from '#model/brand.ts';

/** After an update it said its temperature with the unit behind it, until somebody took the update back. */
const device = 'air-g1-garage';
const fromAgoMs = 9 * hour;
const untilAgoMs = fromAgoMs - 200 * minute;

/** What the device made of a message at that time: some forty values that the platform has to hold. */
export function asItWasSaid(message: SimMessage, now: EpochMs): SimMessage {
  const ago = now - message.at;
  if (message.device !== device || ago > fromAgoMs || ago <= untilAgoMs) return message;
  return {
    ...message,
    payload: message.payload.replace(/"temperature":(-?[\d.]+)/, '"temperature":"$1 °C"'),
  };
}
