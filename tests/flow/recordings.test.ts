import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { processIo } from '#cli/io.ts';
import { call, listAll, type OperatorClient, openRunning } from '#cli/operator.ts';
import { settingsOf } from '#cli/settings.ts';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { messageReader, newTally } from '#device-sim/replay/messages.ts';
import { parseRecordingMap, startAt } from '#device-sim/replay/recording-map.ts';
import { readRows } from '#device-sim/replay/rows.ts';
import { isLongRun } from '#tests/support/long-run.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { alarmLine, type Outcome, outcomeOf } from '../../examples/recordings/outcome.ts';
import { type Expected, expectedRecordings, recordings } from './support/expected-recording.ts';
import { RunningPlatform } from './support/running-platform.ts';

const run = promisify(execFile);
const tallied = ['rows', 'unreadableRows', 'otherRows', 'cells', 'emptyCells', 'unreadableCells'] as const;

/** One of each form of file and of each kind of place; the long run replays them all. */
const quick = [
  'bidmc-vitals/expected-patient-13',
  'fitbit-heartrate',
  'fsri-compartment-fires/expected-chair-closed',
];
const tried = expectedRecordings().filter(
  ({ name }) => isLongRun || quick.some((part) => name.includes(part)),
);

/** A recording is a folder of examples/recordings: map.yaml and what belongs to it, and expected.json. */
describe('a recording, replayed', () => {
  // Without the folder this says nothing; with it, each of its files must be there.
  it.skipIf(!existsSync(recordings)).each(tried)(
    'stands in history cell by cell and raises what $name says',
    async ({ map: mapFile, expected }) => {
      using directory = temporaryDirectory();
      await using platform = await RunningPlatform.start({ dataDir: directory.path, clock: 'data' });
      const operator = await openRunning(settingsOf({ dataDir: directory.path }, processIo()));
      await keepOnly(operator, ['smoke-alarm', 'device-silent']);
      const replayed = { acknowledged: 0, ...newTally() };
      for (const recording of expected.recordings) {
        const summary = await replay(recording, mapFile, directory.path);
        for (const key of ['messages', 'acknowledged', ...tallied] as const) replayed[key] += summary[key];
      }
      expect(replayed).toMatchObject({
        messages: expected.messages,
        acknowledged: expected.messages,
        ...Object.fromEntries(tallied.map((key) => [key, expected[key]])),
      });

      const map = parseRecordingMap(readFileSync(mapFile, 'utf8'), mapFile);
      const outcome = await outcomeOf(operator, map);
      await operator.close();
      expect(await differences(outcome, map, expected)).toEqual([]);
      expect({
        history: [...outcome.readings.values()].reduce((sum, points) => sum + points.length, 0),
        quarantined: outcome.quarantined,
        tasks: outcome.tasks,
        ...alarmsOf(outcome, expected.counted ?? {}),
      }).toEqual({
        history: expected.history,
        quarantined: expected.quarantined,
        tasks: expected.tasks,
        alarms: expected.alarms,
        counted: expected.counted ?? {},
      });
      expect(await platform.stop(), platform.output.join('\n')).toBe(0);
    },
  );
});

/** The examples tell of their own rules; the rest of the library is judged on all recordings in tests/recordings. */
async function keepOnly(operator: OperatorClient, kept: readonly string[]): Promise<void> {
  const rules = (await listAll(operator, '/api/v1/rules?limit=1000')) as readonly { readonly id: string }[];
  for (const { id } of rules)
    if (!kept.includes(id)) await call(operator, 'DELETE', `/api/v1/rules/${encodeURIComponent(id)}`);
}

async function replay(
  { file, start }: Expected['recordings'][number],
  map: string,
  dataDir: string,
): Promise<Record<'messages' | 'acknowledged' | (typeof tallied)[number], number>> {
  const options = ['--map', map, '--speed', 'max', '--json', '--data-dir', dataDir];
  if (start !== undefined) options.push('--start', start);
  const { stdout } = await run(process.execPath, [
    'cli/main.ts',
    'replay',
    join(recordings, file),
    ...options,
  ]);
  return JSON.parse(stdout);
}

/** The first readings in which history is not what the map makes of the files; nothing when it is. */
async function differences({ readings }: Outcome, map: RecordingMap, expected: Expected): Promise<string[]> {
  const mapped = new Map<string, Map<string, unknown>>();
  for (const { file, start } of expected.recordings) {
    const own = start === undefined ? map : startAt(map, start);
    const read = messageReader(own, newTally());
    for await (const row of readRows(join(recordings, file), own))
      for (const { device, at, values } of read(row))
        for (const [property, value] of Object.entries(values)) {
          const key = `${device} ${property}`;
          const points = mapped.get(key) ?? new Map<string, unknown>();
          mapped.set(key, points.set(new Date(at).toISOString(), value));
        }
  }
  const lines = (points: Iterable<readonly [string, unknown]>) =>
    [...points].map(([at, value]) => `${at} ${JSON.stringify(value)}`).toSorted();
  const found: string[] = [];
  for (const [key, points] of readings) {
    const stands = lines(points.map(({ at, value }) => [new Date(at).toISOString(), value]));
    const said = lines(mapped.get(key) ?? []);
    const first = said.findIndex((line, index) => line !== stands[index]);
    if (first >= 0 || stands.length !== said.length)
      found.push(`${key}: ${stands.length} for ${said.length}, first ${stands[first]} for ${said[first]}`);
  }
  return found;
}

/** Alarms one by one, but for those that are only counted. */
function alarmsOf({ alarms }: Outcome, counted: Readonly<Record<string, number>>) {
  const counts: Record<string, number> = {};
  const told: string[] = [];
  for (const alarm of alarms) {
    const key = `${alarm.rule} ${alarm.device}`;
    if (key in counted) counts[key] = (counts[key] ?? 0) + 1;
    else told.push(alarmLine(alarm));
  }
  return { alarms: told, counted: counts };
}
