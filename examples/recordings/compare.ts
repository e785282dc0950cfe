/**
 * What a replay gave, asked of the running platform: how much of it is in history and in quarantine, and each rule's
 * alarms against a property that holds the recording's own truth.
 *
 *     node examples/recordings/compare.ts --map MAP --truth PROPERTY [--data-dir DIR] [--config FILE] [--json]
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { lineOf } from '#cli/failure.ts';
import { processIo } from '#cli/io.ts';
import { call, listAll, type OperatorClient, withOperator } from '#cli/operator.ts';
import type { RecordingMap } from '#cli/replay/map-schema.ts';
import { parseRecordingMap } from '#cli/replay/recording-map.ts';
import { settingsOf } from '#cli/settings.ts';
import { table } from '#cli/table.ts';
import { episodesOf, judge, type Verdict } from './comparison.ts';

interface Point {
  readonly at: string;
  readonly value: unknown;
}
interface Alarm {
  readonly rule: string;
  readonly device: string;
  readonly startedAt: string;
}

const { values: options } = parseArgs({
  options: {
    map: { type: 'string' },
    truth: { type: 'string' },
    'data-dir': { type: 'string' },
    config: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const io = processIo();

try {
  const { map: mapFile, truth, config, 'data-dir': dataDir } = options;
  if (mapFile === undefined || truth === undefined)
    throw new Error('--map and --truth are needed; see docs/recordings.md');
  const map = parseRecordingMap(await readFile(mapFile, 'utf8'), mapFile);
  const settings = settingsOf({ ...(config && { config }), ...(dataDir && { dataDir }) }, io);
  const report = await withOperator(settings, (operator) => compare(operator, map, mapFile, truth));
  if (options.json) io.out(JSON.stringify(report));
  else
    io.out(
      [
        `in history: ${report.history}; in quarantine: ${report.quarantined}; tasks: ${report.tasks}`,
        table(
          ['device', 'rule', 'alarms', 'in truth', 'outside', 'episodes', 'found', 'after (s)'],
          report.verdicts.map((verdict) => [
            verdict.device,
            verdict.rule,
            ...[verdict.alarms, verdict.inTruth, verdict.outside, verdict.episodes, verdict.found].map(
              String,
            ),
            verdict.delaysSeconds.join(' '),
          ]),
        ),
      ].join('\n'),
    );
} catch (error) {
  io.err(`compare: ${lineOf(error)}`);
  process.exitCode = 1;
}

async function compare(operator: OperatorClient, map: RecordingMap, mapFile: string, truth: string) {
  await untilHistoryIsComplete(operator);
  const devices = [...new Set(map.devices.map(({ id }) => id))];
  const alarms = (await listAll(operator, '/api/v1/alarms?limit=1000')) as readonly Alarm[];
  const rules = [
    ...new Set([...(await rulesBeside(map, mapFile)), ...alarms.map(({ rule }) => rule)]),
  ].sort();
  const verdicts: Verdict[] = [];
  let history = 0;
  for (const device of devices) {
    const readings = await readingsOf(operator, map, device);
    history += [...readings.values()].reduce((sum, points) => sum + points.length, 0);
    const episodes = episodesOf(
      (readings.get(truth) ?? []).map(({ at, value }) => ({ at: Date.parse(at), value })),
    );
    for (const rule of rules) {
      const startedAt = alarms
        .filter((alarm) => alarm.device === device && alarm.rule === rule)
        .map((alarm) => Date.parse(alarm.startedAt));
      verdicts.push(judge({ device, rule }, episodes, startedAt));
    }
  }
  return {
    history,
    quarantined: (await listAll(operator, '/api/v1/quarantine?limit=1000')).length,
    tasks: (await listAll(operator, '/api/v1/tasks?limit=1000')).length,
    verdicts,
  };
}

/** History follows the alarms at its own speed; when nothing more comes in, its backlog stands still. */
async function untilHistoryIsComplete(operator: OperatorClient): Promise<void> {
  for (let before: string | undefined; ; ) {
    const metrics = String(await call(operator, 'GET', '/metrics'));
    const backlog = /^gridbell_history_backlog_batches (\d+)$/m.exec(metrics)?.[1];
    if (backlog === '0' || backlog === before) return;
    before = backlog;
    await delay(2_000);
  }
}

async function rulesBeside(map: RecordingMap, mapFile: string): Promise<string[]> {
  const ids: string[] = [];
  for (const file of [map.rules ?? []].flat()) {
    const { rules } = parse(await readFile(resolve(dirname(mapFile), file), 'utf8')) as {
      rules: { id: string }[];
    };
    ids.push(...rules.map(({ id }) => id));
  }
  return ids;
}

/** Everything that history holds of the properties that the map gives the device. */
async function readingsOf(
  operator: OperatorClient,
  map: RecordingMap,
  device: string,
): Promise<ReadonlyMap<string, readonly Point[]>> {
  const properties = new Set(
    map.devices
      .filter(({ id }) => id === device)
      .flatMap((entry) => Object.keys({ ...entry.properties, ...entry.constants })),
  );
  const readings = new Map<string, Point[]>();
  for (const property of properties) {
    const points: Point[] = [];
    const path = `/api/v1/devices/${device}/readings?property=${property}&limit=100000`;
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = (await call(
        operator,
        'GET',
        cursor === '' ? path : `${path}&cursor=${encodeURIComponent(cursor)}`,
      )) as {
        points: Point[];
        next: string | null;
      };
      points.push(...page.points);
      cursor = page.next;
    }
    readings.set(property, points);
  }
  return readings;
}
