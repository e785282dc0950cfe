import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messageReader, newTally } from '#device-sim/replay/messages.ts';
import { parseRecordingMap } from '#device-sim/replay/recording-map.ts';
import { readRows } from '#device-sim/replay/rows.ts';

const root = 'tests/cases/recordings';

/** A case is a folder: recording.*, map.yaml, and expected.json with the messages and the tally. */
describe('a recording becomes messages:', () => {
  it.each(readdirSync(root))('%s', async (name) => {
    const folder = join(root, name);
    const recording = readdirSync(folder).find((file) => file.startsWith('recording.')) ?? '';
    const mapFile = join(folder, 'map.yaml');
    const map = parseRecordingMap(readFileSync(mapFile, 'utf8'), mapFile);
    const tally = newTally();
    const read = messageReader(map, tally);
    const messages: string[] = [];
    for await (const row of readRows(join(folder, recording), map))
      for (const { device, at, values } of read(row))
        messages.push(`${new Date(at).toISOString()} ${device} ${JSON.stringify(values)}`);
    const expected: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    expect({ messages, tally }).toEqual(expected);
  });
});
