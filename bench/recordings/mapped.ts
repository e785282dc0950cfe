import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { messageReader, newTally } from '#device-sim/replay/messages.ts';
import { readRows } from '#device-sim/replay/rows.ts';
import type { Said } from './recording.ts';

/** Times are counted from here. */
export const zero = '2026-01-05T00:00:00Z';

/** Reads a file by a map whose times are counted from `zero` (or from `begins`), as `gridbell replay` would. */
export async function saidIn(file: string, map: RecordingMap, begins = zero): Promise<Said[]> {
  const read = messageReader(map, newTally());
  const said: Said[] = [];
  for await (const row of readRows(file, map))
    for (const { device, at, values } of read(row))
      said.push({ device, at: at - Date.parse(begins), values });
  return said.toSorted((one, other) => one.at - other.at);
}
