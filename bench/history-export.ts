import { setImmediate as turn } from 'node:timers/promises';
import { type ExportFormat, exportFormats } from '#api/exports/file-format.ts';
import { fileWriter } from '#api/exports/file-writer.ts';
import { readingRows } from '#api/exports/reading-rows.ts';
import { type DeviceId, epochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { History } from '#store/history/history.ts';
import type { Figure } from './benchmark.ts';
import { PartFigures } from './figures.ts';
import { deviceAt, historyStart } from './history-community.ts';

const megabyte = 1e6;

/** A day of all devices in each format, from history to the bytes that would go to a client; nothing is kept of them. */
export async function exportFigures(store: History, devices: number): Promise<readonly Figure[]> {
  const part = new PartFigures('export');
  for (const format of exportFormats) {
    const began = stopwatch();
    const { bytes, longestMs, rows } = await exportDay(store, devices, format);
    const seconds = (stopwatch() - began) / 1_000;
    part.add(`${format}, rows`, 'rows/s', rows / seconds, 'higher');
    part.add(`${format}, bytes`, 'MB/s', bytes / megabyte / seconds);
    part.add(`${format}, a row`, 'bytes', bytes / rows, 'lower');
    part.add(`${format}, longest hold of the loop`, 'ms', longestMs, 'lower');
  }
  return part.figures;
}

async function exportDay(store: History, devices: number, format: ExportFormat) {
  const ids = Array.from({ length: devices }, (_, index): DeviceId => deviceAt(index));
  const series = await store.series(ids);
  const described = series.map(({ device, property }, index) => ({
    device,
    deviceName: `传感器 ${index}`,
    place: 'b3-0502',
    placePath: 'lianfang-1/g1/b3/b3-0502',
    property,
    unit: null,
  }));
  const day = { from: epochMs(historyStart), to: epochMs(historyStart + 86_400_000) };
  const writer = fileWriter(format, { buckets: null, timezone: 'Asia/Shanghai' });
  let [bytes, rows, longestMs] = [0, 0, 0];
  const take = (piece: string | Uint8Array): void => {
    bytes += typeof piece === 'string' ? Buffer.from(piece).length : piece.length;
  };
  take(writer.begin());
  for await (const portion of readingRows(store, { series, described }, { ...day, now: day.to })) {
    const began = stopwatch();
    take(writer.rows(portion.rows));
    longestMs = Math.max(longestMs, stopwatch() - began);
    rows += portion.rows.length;
    await turn();
  }
  take(writer.end());
  return { bytes, longestMs, rows };
}
