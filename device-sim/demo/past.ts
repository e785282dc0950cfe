import { DateTime } from 'luxon';
import type { Orders } from '#device-sim/demo/crew.ts';
import { type EpochMs, epochMs, hour, minute, plus } from '#model/brand.ts';

/** Something that happened, or will: which scenario with which device, and what the crew leaves undone of it. */
export interface Story {
  readonly at: EpochMs;
  readonly scenario: string;
  readonly device: string;
  readonly orders?: Orders;
}

/** Days before today, local time, scenario, device. */
const remembered: readonly (readonly [daysAgo: number, clock: string, scenario: string, device: string])[] = [
  [6, '18:20', 'kitchen-fire', 'smoke-b4-0101'],
  [6, '08:05', 'smoke-test', 'smoke-b1-hall'],
  [5, '07:50', 'door-left-open', 'door-b5-u1'],
  [5, '15:10', 'sos-pressed', 'sos-b2-0201'],
  [4, '02:30', 'silent-device', 'gas-b3-0301'],
  [4, '22:05', 'leak', 'leak-b2-0403'],
  [3, '06:40', 'fall', 'radar-b1-0601'],
  [3, '12:30', 'kitchen-fire', 'smoke-b1-0101'],
  [2, '09:15', 'leak', 'leak-g1-garage'],
  [2, '17:40', 'door-left-open', 'door-b3-u1'],
  [1, '11:45', 'kitchen-fire', 'smoke-b5-0402'],
  [1, '20:15', 'sos-pressed', 'sos-b6-0103'],
];

/** Counted from the present, so that a visitor finds some work under way at every hour of the day. */
const underWay: readonly Omit<Story & { readonly agoMs: number }, 'at'>[] = [
  // Its task is begun and waits for a spare part.
  { agoMs: 20 * hour, scenario: 'dead-device', device: 'gas-b1-0601', orders: { leave: 'feedback' } },
  { agoMs: 3.2 * hour, scenario: 'leak', device: 'leak-b4-0702' },
  { agoMs: 100 * minute, scenario: 'door-left-open', device: 'door-b6-u1' },
  // Waits for somebody who verifies.
  { agoMs: 52 * minute, scenario: 'kitchen-fire', device: 'smoke-b2-0201', orders: { leave: 'close' } },
];

/** What happened between two times, in order. */
export function storiesBetween(from: EpochMs, now: EpochMs, zone: string): readonly Story[] {
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  const days = remembered.map(([daysAgo, clock, scenario, device]): Story => {
    const [hours = 0, minutes = 0] = clock.split(':').map(Number);
    const at = today.minus({ days: daysAgo }).set({ hour: hours, minute: minutes });
    return { at: epochMs(at.toMillis()), scenario, device };
  });
  const recent = underWay.map(({ agoMs, ...story }) => ({ ...story, at: plus(now, -agoMs) }));
  return [...days, ...recent]
    .filter(({ at }) => at >= from && at < now)
    .toSorted((one, other) => one.at - other.at);
}
