/**
 * What a replay gave, asked of the running platform: how much of it is in history and in quarantine, and its alarms: each
 * rule's against a property that holds the recording's own truth, or one by one in seconds since an event.
 *
 *     node examples/recordings/compare.ts --map MAP [--truth PROPERTY] [--since TIME] [--data-dir DIR] [--config FILE] [--json]
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { lineOf } from '#cli/failure.ts';
import { processIo } from '#cli/io.ts';
import { withOperator } from '#cli/operator.ts';
import { settingsOf } from '#cli/settings.ts';
import { table } from '#cli/table.ts';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { parseRecordingMap } from '#device-sim/replay/recording-map.ts';
import { episodesOf, judge, type Verdict } from './comparison.ts';
import { alarmLine, type Outcome, outcomeOf } from './outcome.ts';

const { values: options } = parseArgs({
  options: {
    map: { type: 'string' },
    truth: { type: 'string' },
    since: { type: 'string' },
    'data-dir': { type: 'string' },
    config: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const io = processIo();

try {
  const { map: mapFile, truth, since, config, 'data-dir': dataDir } = options;
  if (mapFile === undefined) throw new Error('--map is needed; see docs/recordings.md');
  const map = parseRecordingMap(await readFile(mapFile, 'utf8'), mapFile);
  const settings = settingsOf({ ...(config && { config }), ...(dataDir && { dataDir }) }, io);
  const outcome = await withOperator(settings, (operator) => outcomeOf(operator, map));
  const verdicts =
    truth === undefined ? [] : verdictsOf(map, outcome, truth, await rulesBeside(map, mapFile));
  const history = [...outcome.readings.values()].reduce((sum, points) => sum + points.length, 0);
  const { quarantined, tasks, alarms } = outcome;
  if (options.json)
    io.out(JSON.stringify({ history, quarantined, tasks, alarms: alarms.map(alarmLine), verdicts }, null, 2));
  else {
    io.out(`in history: ${history}; in quarantine: ${quarantined}; tasks: ${tasks}`);
    if (truth !== undefined) io.out(verdictTable(verdicts));
    if (since !== undefined) io.out(alarmTable(outcome, Date.parse(since)));
  }
} catch (error) {
  io.err(`compare: ${lineOf(error)}`);
  process.exitCode = 1;
}

function verdictsOf(
  map: RecordingMap,
  { readings, alarms }: Outcome,
  truth: string,
  beside: readonly string[],
): Verdict[] {
  const rules = [...new Set([...beside, ...alarms.map(({ rule }) => rule)])].sort();
  const devices = [...new Set(map.devices.map(({ id }) => id))];
  return devices.flatMap((device) => {
    const episodes = episodesOf(
      (readings.get(`${device} ${truth}`) ?? []).map(({ at, value }) => ({ at: Date.parse(at), value })),
    );
    return rules.map((rule) => {
      const own = alarms.filter((alarm) => alarm.device === device && alarm.rule === rule);
      return judge(
        { device, rule },
        episodes,
        own.map(({ startedAt }) => Date.parse(startedAt)),
      );
    });
  });
}

function verdictTable(verdicts: readonly Verdict[]): string {
  return table(
    ['device', 'rule', 'alarms', 'in truth', 'outside', 'episodes', 'found', 'after (s)'],
    verdicts.map(({ device, rule, alarms, inTruth, outside, episodes, found, delaysSeconds }) => [
      device,
      rule,
      ...[alarms, inTruth, outside, episodes, found].map(String),
      delaysSeconds.join(' '),
    ]),
  );
}

function alarmTable({ alarms }: Outcome, sinceMs: number): string {
  const seconds = (time: string): string => String((Date.parse(time) - sinceMs) / 1_000);
  return table(
    ['from (s)', 'to (s)', 'severity', 'rule', 'device'],
    alarms.map(({ startedAt, clearedAt, severity, rule, device }) => [
      seconds(startedAt),
      clearedAt === null ? '' : seconds(clearedAt),
      severity,
      rule,
      device,
    ]),
  );
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
