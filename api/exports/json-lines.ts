import { unitOfRow, wordsOfFlags } from '#api/exports/export-row.ts';
import type { FileOptions } from '#api/exports/file-format.ts';
import type { Lines } from '#api/exports/line-writer.ts';
import { ZonedTimes } from '#api/exports/zoned-times.ts';

/** An object a line (jsonlines.org). */
export function jsonLines({ buckets, timezone }: FileOptions): Lines {
  const times = new ZonedTimes(timezone);
  return {
    head: '',
    start(series) {
      const { unit: _, ...same } = series;
      return JSON.stringify(same).slice(0, -1);
    },
    line(start, row) {
      const rest = {
        time: times.text(row.at),
        value: row.value,
        unit: unitOfRow(row, buckets),
        ...(buckets === null
          ? { receivedAt: times.text(row.receivedAt), flags: wordsOfFlags(row.flags) }
          : { every: buckets.every, fn: buckets.fn, source: row.source }),
      };
      return `${start},${JSON.stringify(rest).slice(1)}\n`;
    },
  };
}
