import { stringify } from 'csv-stringify/sync';
import {
  type ExportRow,
  type ExportSeries,
  typeOf,
  unitOfRow,
  wordsOfFlags,
} from '#api/exports/export-row.ts';
import type { FileOptions, FileWriter } from '#api/exports/file-format.ts';
import { ZonedTimes } from '#api/exports/zoned-times.ts';
import type { Value } from '#model/reading.ts';

const ofSeries = ['device', 'deviceName', 'place', 'placePath', 'property'] as const;
const ofReading = ['time', 'value', 'type', 'unit', 'receivedAt', 'flags'] as const;
const ofBucket = ['time', 'value', 'type', 'unit', 'every', 'fn', 'source'] as const;

const byteOrderMark = '\u{feff}';
const lineEnd = '\r\n';

/**
 * RFC 4180 with a byte order mark, or Excel takes Chinese for noise. What is the same in all rows of a series is quoted once:
 * all else but texts is of our own making and needs no quotes.
 */
export class CsvWriter implements FileWriter {
  readonly #buckets: FileOptions['buckets'];
  readonly #times: ZonedTimes;
  readonly #starts = new WeakMap<ExportSeries, string>();

  constructor({ buckets, timezone }: FileOptions) {
    this.#buckets = buckets;
    this.#times = new ZonedTimes(timezone);
  }

  begin(): string {
    const columns = [...ofSeries, ...(this.#buckets === null ? ofReading : ofBucket)];
    return byteOrderMark + columns.join(',') + lineEnd;
  }

  rows(rows: readonly ExportRow[]): string {
    let text = '';
    for (const row of rows) text += this.#line(row);
    return text;
  }

  end(): string {
    return '';
  }

  #line(row: ExportRow): string {
    const { at, flags, receivedAt, source, value } = row;
    const unit = unitOfRow(row, this.#buckets) ?? '';
    const said = `${this.#start(row.series)},${this.#times.text(at)},${valueText(value)},${typeOf(value)},${unit}`;
    const rest =
      this.#buckets === null
        ? `${this.#times.text(receivedAt)},${flags === 0 ? '' : wordsOfFlags(flags).join(' ')}`
        : `${this.#buckets.every},${this.#buckets.fn},${source}`;
    return `${said},${rest}${lineEnd}`;
  }

  #start(series: ExportSeries): string {
    const known = this.#starts.get(series);
    if (known !== undefined) return known;
    const start = quoted(ofSeries.map((name) => series[name]));
    this.#starts.set(series, start);
    return start;
  }
}

/** An empty text is quoted: it was said. */
const valueText = (value: Value): string =>
  typeof value === 'string' ? quoted([value]) || '""' : String(value);

/** A name that begins like a formula is a text, whatever a spreadsheet would make of it. */
const quoted = (fields: readonly (string | null)[]): string =>
  stringify([fields], { eof: false, escape_formulas: true });
