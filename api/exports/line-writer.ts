import type { ExportRow, ExportSeries } from '#api/exports/export-row.ts';
import type { FileWriter } from '#api/exports/file-format.ts';

/** What a format of lines has to say. */
export interface Lines {
  /** Before the first row. */
  readonly head: string;
  /** What all rows of a series begin with. */
  start(series: ExportSeries): string;
  /** The whole line of a row, its end included. */
  line(start: string, row: ExportRow): string;
}

/** A file of lines: what is the same in all rows of a series is written once and joined on. */
export class LineWriter implements FileWriter {
  readonly #lines: Lines;
  readonly #starts = new WeakMap<ExportSeries, string>();

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  begin(): string {
    return this.#lines.head;
  }

  rows(rows: readonly ExportRow[]): string {
    let text = '';
    for (const row of rows) text += this.#lines.line(this.#start(row.series), row);
    return text;
  }

  end(): string {
    return '';
  }

  #start(series: ExportSeries): string {
    const known = this.#starts.get(series);
    if (known !== undefined) return known;
    const start = this.#lines.start(series);
    this.#starts.set(series, start);
    return start;
  }
}
