import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';

/** When its first day begins. */
export const historyStart = Date.parse('2026-03-10T00:00:00Z');
const everyMs = 60_000;
/** Seven days, and so long that the last of them is over when the last reading has come. */
const rounds = ((7 * 24 + 2) * 3_600_000) / everyMs;
const properties = 3;
const batchReadings = 4_000;

/** Points that one device says in the whole time. */
export const pointsOfDevice = rounds * properties;

/** Whole numbers below a limit; the same row of them in every run. */
function chances(): (limit: number) => number {
  let seed = 1;
  return (limit) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
}

/**
 * Batches of readings as they come: each device says three properties every minute, a little off its time. Temperatures
 * change slowly, the rest hardly, as sensors of a building do: how well history packs them depends on it.
 */
export function* readingsOf(devices: number): Generator<Reading[]> {
  const chance = chances();
  const temperatures = Array.from({ length: devices }, (_, device) => 200 + (device % 70));
  let readings: Reading[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let device = 0; device < devices; device++) {
      if (chance(10) === 0) temperatures[device] = (temperatures[device] ?? 0) + chance(3) - 1;
      const at = epochMs(
        historyStart + round * everyMs + Math.floor((device * everyMs) / devices) + chance(50),
      );
      const receivedAt = epochMs(at + 2 + chance(20));
      const about = { device: deviceAt(device), at, receivedAt, flags: 0, position: position(1) };
      const values: Record<string, Value> = {
        temperature: (temperatures[device] ?? 0) / 10,
        humidity: 40 + (device % 9),
        battery: 97,
      };
      for (const [property, value] of Object.entries(values)) readings.push({ ...about, property, value });
      if (readings.length >= batchReadings) {
        yield readings;
        readings = [];
      }
    }
  }
  if (readings.length > 0) yield readings;
}

/** A year, or as many days: so many series say a value eight times a day; two days more, so that the last one is over. */
export function* yearOf(series: number, days: number): Generator<Reading[]> {
  const chance = chances();
  for (let day = 0; day < days + 2; day++) {
    const readings: Reading[] = [];
    for (let time = 0; time < 8; time++)
      for (let index = 0; index < series; index++) {
        const at = epochMs(historyStart + day * 86_400_000 + time * 10_800_000 + chance(60_000));
        const about = { device: deviceAt(index), property: 'temperature', flags: 0, position: position(1) };
        readings.push({ ...about, at, receivedAt: epochMs(at + 20), value: 200 + (index % 70) + time });
      }
    readings.sort((a, b) => a.at - b.at);
    yield readings;
  }
}

export const deviceAt = (index: number): DeviceId => `d-${index}` as DeviceId;
