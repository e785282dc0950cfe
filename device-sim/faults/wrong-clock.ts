import type { Fault } from '#device-sim/faults/fault.ts';
import { type Outgoing, rescheduled, saidIn } from '#device-sim/faults/outgoing.ts';
import { hour } from '#model/brand.ts';

/** How a device's clock may be wrong, each as what becomes of its `ts`; undefined: it gives none. */
const clocks = {
  ahead: (ts: number, byMs: number): number | undefined => ts + byMs,
  back: (ts: number, byMs: number): number | undefined => ts - byMs,
  none: (): number | undefined => undefined,
  'in-seconds': (ts: number): number | undefined => Math.floor(ts / 1_000),
} as const;
type Kind = keyof typeof clocks;
const kinds: [Kind, ...Kind[]] = ['ahead', 'back', 'none', 'in-seconds'];
const kindsOnDataClock: [Kind, ...Kind[]] = ['back', 'none', 'in-seconds'];

/**
 * Devices whose clock is wrong from beginning to end. On the data clock none is ahead: there the greatest time that
 * somebody gives is the time for all, and one such device would end everybody's day.
 */
export const wrongClock: Fault = {
  about: 'devices whose clock is hours ahead (system clock only) or back, who give no ts, or one in seconds',
  defaultRate: 0.05,
  rateOf: 'devices',
  changesOutcome: true,
  apply: (seconds, around) => {
    const wrong = new Map<string, (ts: number) => number | undefined>();
    for (const device of around.devices) {
      const chance = around.chanceOf(device);
      if (!chance.happens(around.rate)) continue;
      const kind = chance.pick(around.clock === 'data' ? kindsOnDataClock : kinds);
      const byMs = chance.whole(1, 8) * hour;
      wrong.set(device, (ts) => clocks[kind](ts, byMs));
      around.count(`device-${kind}`);
    }
    return rescheduled(seconds, around.end, (message) => {
      const clock = message.topic === 'telemetry' ? wrong.get(message.device) : undefined;
      return [clock === undefined ? message : withTime(message, clock)];
    });
  },
};

function withTime(message: Outgoing, clock: (ts: number) => number | undefined): Outgoing {
  const said = saidIn(message);
  if (typeof said?.['ts'] !== 'number') return message;
  return { ...message, payload: JSON.stringify({ ...said, ts: clock(said['ts']) }) };
}
