import type { DeviceId } from '#model/brand.ts';
import { epochMs, position } from '#model/brand.ts';
import type { Reading, Value } from '#model/reading.ts';
import type { History, HistoryBatch, Point, PurgeOrder } from '#store/history/history.ts';

const start = Date.parse('2026-02-01T00:00:00Z');
export const batchesInDay = 25;
const rowsInBatch = 400;
export const erasedDevice = '火警-3';
const devices = ['d0', 'd1', 'd2', erasedDevice];
const properties = ['temperature', 'smoke', 'access-result'];

/** A batch that its position alone decides: 25 fill a day, with repeats, late data, and times that are said twice. */
export function knownBatch(at: number): HistoryBatch {
  const spread = 86_400_000 / batchesInDay / rowsInBatch;
  const readings = Array.from({ length: rowsInBatch }, (_, row): Reading => {
    const isRepeat = row % 10 === 9;
    const isLate = row % 50 === 1 && at > batchesInDay * 2;
    const time = start + Math.floor(((at * rowsInBatch + row - (isRepeat ? 5 : 0)) * spread) / 1000) * 1000;
    const measuredAt = isLate ? time - 2 * 86_400_000 : time;
    const property = properties[row % 5 < 3 ? 0 : row % 5 === 3 ? 1 : 2] ?? '';
    const value: Value =
      property === 'smoke' ? row % 3 === 0 : property === 'temperature' ? at + row / 100 : `code ${at}`;
    return {
      device: (devices[row % 4] ?? '') as DeviceId,
      property,
      at: epochMs(measuredAt),
      receivedAt: epochMs(time + 30),
      value,
      flags: isLate ? 4 : 0,
      position: position(at),
    };
  });
  return { position: position(at), readings, context: [] };
}

/** The two properties that never come late are kept for a day and a half and for a day; of the latter roll-ups go, too, in the end. */
export const purgedProperties: readonly string[] = ['smoke', 'access-result'];
export function knownOrder(last: number): PurgeOrder {
  const newest = knownBatch(Math.max(1, last)).readings.at(-1)?.at ?? epochMs(start);
  const before = (days: number) => epochMs(newest - days * 86_400_000);
  return {
    kept: [
      { property: 'smoke', readingsFrom: before(1.5), rollupsFrom: null },
      { property: 'access-result', readingsFrom: before(1), rollupsFrom: before(2.5) },
      { property: 'temperature', readingsFrom: null, rollupsFrom: null },
    ],
    contextFrom: null,
  };
}

/** What a history that stands at `last` must hold, by `device property`, rising in time. */
export function knownContent(last: number): Map<string, Point[]> {
  const series = new Map<string, Map<number, Point>>();
  for (let at = 1; at <= last; at++) {
    for (const { device, property, at: time, value } of knownBatch(at).readings) {
      const name = `${device} ${property}`;
      const points = series.get(name) ?? new Map<number, Point>();
      series.set(name, points.set(time, { at: time, value }));
    }
  }
  return new Map(
    [...series].map(([name, points]) => [name, [...points.values()].toSorted((a, b) => a.at - b.at)]),
  );
}

/** The same, as the history gives it. */
export async function storedContent(history: History): Promise<Map<string, Point[]>> {
  const content = new Map<string, Point[]>();
  const range = { from: epochMs(0), to: epochMs(start * 2), limit: 100_000 };
  for (const device of devices) {
    for (const property of properties) {
      const { points } = await history.readings({ device: device as DeviceId, property, ...range });
      if (points.length > 0) content.set(`${device} ${property}`, [...points]);
    }
  }
  return content;
}
