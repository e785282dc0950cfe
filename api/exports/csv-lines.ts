import { stringify } from 'csv-stringify/sync';
import { typeOf, unitOfRow, wordsOfFlags } from '#api/exports/export-row.ts';
import type { FileOptions } from '#api/exports/file-format.ts';
import type { Lines } from '#api/exports/line-writer.ts';
import { ZonedTimes } from '#api/exports/zoned-times.ts';
import type { Value } from '#model/reading.ts';

const ofSeries = ['device', 'deviceName', 'place', 'placePath', 'property'] as const;
const ofReading = ['time', 'value', 'type', 'unit', 'receivedAt', 'flags'] as const;
const ofBucket = ['time', 'value', 'type', 'unit', 'every', 'fn', 'source'] as const;

const byteOrderMark = '\u{feff}';
const lineEnd = '\r\n';

/**
 * RFC 4180 with a byte order mark, or Excel takes Chinese for noise. Only texts are quoted: all else is of our own making and
 * needs no quotes.
 */
export function csvLines({ buckets, timezone }: FileOptions): Lines {
  const times = new ZonedTimes(timezone);
  return {
    head: byteOrderMark + [...ofSeries, ...(buckets === null ? ofReading : ofBucket)].join(',') + lineEnd,
    start: (series) => quoted(ofSeries.map((name) => series[name])),
    line(start, row) {
      const { at, flags, receivedAt, source, value } = row;
      const unit = unitOfRow(row, buckets) ?? '';
      const said = `${start},${times.text(at)},${valueText(value)},${typeOf(value)},${unit}`;
      const rest =
        buckets === null
          ? `${times.text(receivedAt)},${flags === 0 ? '' : wordsOfFlags(flags).join(' ')}`
          : `${buckets.every},${buckets.fn},${source}`;
      return `${said},${rest}${lineEnd}`;
    },
  };
}

/** An empty text is quoted: it was said. */
const valueText = (value: Value): string =>
  typeof value === 'string' ? quoted([value]) || '""' : String(value);

/** A name that begins like a formula is a text, whatever a spreadsheet would make of it. */
const quoted = (fields: readonly (string | null)[]): string =>
  stringify([fields], { eof: false, escape_formulas: true });
