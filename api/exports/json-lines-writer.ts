import { type ExportRow, type ExportSeries, unitOfRow, wordsOfFlags } from '#api/exports/export-row.ts';
import type { FileOptions, FileWriter } from '#api/exports/file-format.ts';
import { ZonedTimes } from '#api/exports/zoned-times.ts';

/** An object a line (jsonlines.org); what is the same in all rows of a series is written once and joined on. */
export class JsonLinesWriter implements FileWriter {
  readonly #buckets: FileOptions['buckets'];
  readonly #times: ZonedTimes;
  readonly #starts = new WeakMap<ExportSeries, string>();

  constructor({ buckets, timezone }: FileOptions) {
    this.#buckets = buckets;
    this.#times = new ZonedTimes(timezone);
  }

  begin(): string {
    return '';
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
    const rest = {
      time: this.#times.text(row.at),
      value: row.value,
      unit: unitOfRow(row, this.#buckets),
      ...(this.#buckets === null
        ? { receivedAt: this.#times.text(row.receivedAt), flags: wordsOfFlags(row.flags) }
        : { every: this.#buckets.every, fn: this.#buckets.fn, source: row.source }),
    };
    return `${this.#start(row.series)},${JSON.stringify(rest).slice(1)}\n`;
  }

  #start(series: ExportSeries): string {
    const known = this.#starts.get(series);
    if (known !== undefined) return known;
    const { unit: _, ...same } = series;
    const start = JSON.stringify(same).slice(0, -1);
    this.#starts.set(series, start);
    return start;
  }
}
