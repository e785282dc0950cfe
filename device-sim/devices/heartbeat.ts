import { rowOf } from '#device-sim/chance/chance.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import type { Device } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How often devices of a kind report by themselves, as such devices do. Unknown kinds: every 10 minutes. */
const naturalMs: Readonly<Record<string, number>> = {
  'smoke-detector': hour,
  'heat-detector': hour,
  'co-detector': 5 * minute,
  'gas-detector': 20 * minute,
  'water-leak': 4 * hour,
  door: 4 * hour,
  'access-reader': 4 * hour,
  'sos-button': 6 * hour,
  wearable: 5 * minute,
  'fall-radar': 45 * second,
  motion: hour,
  'bed-sensor': 45 * second,
  camera: 2 * minute,
  lift: 45 * second,
  'fire-lane-camera': 5 * minute,
  environment: 5 * minute,
  'water-meter': 15 * minute,
  siren: 4 * hour,
  gateway: 2 * minute,
};

/** Two reports are never further apart than 1 + 2 × this of the interval. */
const jitter = 0.05;
/** So much of `expect-every` is the interval at most, so that a report which comes late is in time still. */
const shareOfExpected = 0.75;

/** The interval of a device: that of its kind, or shorter when it is expected more often. */
export function intervalMs(device: Pick<Device, 'kind' | 'expectEvery'>): number {
  const natural = naturalMs[device.kind] ?? 10 * minute;
  const expected = device.expectEvery === undefined ? undefined : parseDuration(device.expectEvery);
  return expected === undefined ? natural : Math.max(second, Math.min(natural, expected * shareOfExpected));
}

/**
 * The times of a device's own reports: a phase of its own, some jitter, and no memory, so that the row goes on over
 * midnight and over any gap.
 */
export function* heartbeats(name: string, everyMs: number, day: SimDay): Generator<number> {
  const row = rowOf('heartbeat', name);
  const phase = row(-1) * everyMs;
  for (let index = Math.floor((day.from - phase) / everyMs) - 1; ; index++) {
    const at = Math.round(phase + (index + jitter * (2 * row(index) - 1)) * everyMs);
    if (at >= day.to) return;
    if (at >= day.from) yield at;
  }
}
