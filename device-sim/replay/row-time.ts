import { DateTime } from 'luxon';
import { isElapsed } from '#device-sim/replay/contradictions.ts';
import type { TimeSource } from '#device-sim/replay/map-schema.ts';
import type { Row } from '#device-sim/replay/rows.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';

/** The time of a row; undefined when its cell holds none. */
export type RowTime = (row: Row) => EpochMs | undefined;

/** `source` as parseRecordingMap lets it through: a column with a format (and a start), or a start with a step. */
export function rowTime(source: TimeSource): RowTime {
  const { column, format = 'iso', zone = 'utc', start = '', every = '' } = source;
  if (column === undefined) {
    const first = Date.parse(start);
    const step = parseDuration(every) ?? 0;
    return (row) => epochMs(first + row.number * step);
  }
  const read = isElapsed(format) ? elapsedReader(format, Date.parse(start)) : timeReader(format, zone);
  return (row) => {
    const cell = row.cell(column);
    if (typeof cell !== 'string' && typeof cell !== 'number') return undefined;
    const at = read(String(cell).trim());
    return at === undefined || !Number.isFinite(at) ? undefined : epochMs(at);
  };
}

function elapsedReader(format: string, startMs: number): (text: string) => number | undefined {
  const unitMs = format === 'elapsed-s' ? 1_000 : 1;
  return (text) => (text === '' ? undefined : startMs + Math.round(Number(text) * unitMs));
}

function timeReader(format: string, zone: string): (text: string) => number | undefined {
  if (format === 'epoch-s') return (text) => (text === '' ? undefined : Math.round(Number(text) * 1_000));
  if (format === 'epoch-ms') return (text) => (text === '' ? undefined : Math.round(Number(text)));
  if (format === 'iso') return (text) => DateTime.fromISO(text, { zone }).toMillis();
  return (text) => DateTime.fromFormat(text, format, { zone, locale: 'en-US' }).toMillis();
}
