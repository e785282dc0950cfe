import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Core } from '#app/core.ts';
import type { DeviceId, EpochMs } from '#model/brand.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { gridbell } from '#tests/cli/terminal.ts';
import { influxTarget } from '#tests/store/history/influx-target.ts';
import { knownBatch, knownContent, storedContent } from '#tests/store/history/known-batches.ts';
import { startInflux } from '#tests/support/influxd.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { startWithDetector } from './support/core-with-detector.ts';
import { countOf, inInflux, topicOf } from './support/influxdb-outage.ts';
import { LoadSender } from './support/load-sender.ts';

const start = 1_767_225_600_000;
const command = join(import.meta.dirname, '../../cli/gridbell.js');
const copyTo = (url: string, dataDir: string): readonly string[] =>
  `history copy --from duckdb --to influxdb --json --url ${url} --database gridbell --data-dir ${dataDir}`.split(
    ' ',
  );

/** Runs the command as a process and kills it `afterMs` after it has made its database; whether it was done before. */
async function copyAndKill(url: string, dataDir: string, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [command, ...copyTo(url, dataDir)], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  while (child.exitCode === null && !(await hasBegun(url)))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  const [code] = await exited;
  clearTimeout(timer);
  return code === 0;
}

/** What the command says as a process of its own: the file is locked against others, not against this one. */
async function refusalOf(argv: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [command, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  return said;
}

async function hasBegun(url: string): Promise<boolean> {
  const response = await fetch(`${url}/query?${new URLSearchParams({ q: 'SHOW DATABASES' }).toString()}`);
  return (await response.text()).includes('"gridbell"');
}

async function send(core: Core, port: number, range: { from: number; to: number }): Promise<void> {
  const sender = new LoadSender({ username: 'smoke-1', password: 'token', window: 200 });
  await sender.connect(port);
  for (let index = range.from; index < range.to; index++)
    sender.publish(
      topicOf('smoke-1'),
      JSON.stringify({ ts: start + index * 1_000, values: { temperature: index % 50 } }),
    );
  while (sender.unacknowledged > 0) await new Promise(setImmediate);
  sender.close();
  while (!(await isAllStored(core))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What was acknowledged is in the inbox, and perhaps no further yet. */
async function isAllStored(core: Core): Promise<boolean> {
  const { broker, engine, queue } = await core.lookout.look(5_000);
  return engine.last?.committed === broker.last?.inboxPosition && queue?.batches === 0;
}

/** What doctor says of history that is not well. */
async function doctorOnHistory(url: string, dataDir: string): Promise<readonly string[]> {
  const { out } = await gridbell(['doctor', '--json', '--data-dir', dataDir], { env: inInflux(url) });
  const findings = JSON.parse(out) as { check: string; outcome: string; found: string }[];
  return findings.flatMap(({ check, found, outcome }) =>
    check === 'history' && outcome !== 'ok' ? [found] : [],
  );
}

describe('history that is copied to InfluxDB', () => {
  it('is whole after kill -9 of the command, at whatever moment, and one run to the end', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const path = join(directory.path, 'history.duckdb');
    const batches = 150;
    const source = await openDuckDbHistory({ path });
    for (let at = 1; at <= batches; at++) await source.append([knownBatch(at)]);
    await source.close();
    let killed = 0;
    for (let round = 0; round < 5; round++)
      if (!(await copyAndKill(influx.url, directory.path, 40 + round * 130))) killed += 1;
    expect(killed).toBeGreaterThan(1);
    const { code, out } = await gridbell(copyTo(influx.url, directory.path));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mismatches: [], position: batches });
    const copy = await openInfluxHistory(influxTarget(influx.url));
    const known = knownContent(batches);
    expect(await storedContent(copy)).toEqual(known);
    expect(await copy.count()).toBe([...known.values()].reduce((sum, { length }) => sum + length, 0));
    await copy.close();
  });

  it('is taken over by the platform where the copy ended, when its settings are changed', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const embedded = await startWithDetector(directory.path);
    await send(embedded.core, embedded.port, { from: 0, to: 3_000 });
    expect(await refusalOf(copyTo(influx.url, directory.path))).toContain(
      'a platform has history.duckdb open',
    );
    await embedded.core.stop();

    expect((await gridbell(copyTo(influx.url, directory.path))).code).toBe(0);
    const switched = await startWithDetector(directory.path, inInflux(influx.url));
    expect(await countOf(switched.core, 'smoke-1')).toBe(3_000);
    await send(switched.core, switched.port, { from: 3_000, to: 5_000 });
    await expectAll(switched.core, 5_000);
    await switched.core.stop();
  });

  it('may be copied when the platform has gone over to InfluxDB already, while it takes readings in', async () => {
    using directory = temporaryDirectory();
    await using influx = await startInflux();
    const embedded = await startWithDetector(directory.path);
    await send(embedded.core, embedded.port, { from: 0, to: 3_000 });
    await embedded.core.stop();

    const switched = await startWithDetector(directory.path, inInflux(influx.url));
    expect(await doctorOnHistory(influx.url, directory.path)).toEqual([
      expect.stringMatching(/^history.duckdb holds \d+ readings of \d+ days that were never copied/),
    ]);
    const sending = send(switched.core, switched.port, { from: 3_000, to: 6_000 });
    const { code, out } = await gridbell(copyTo(influx.url, directory.path));
    expect(code).toBe(0);
    expect(out).toContain('"mismatches":[]');
    await sending;
    expect(await doctorOnHistory(influx.url, directory.path)).toEqual([]);
    await expectAll(switched.core, 6_000);
    await switched.core.stop();
  });
});

async function expectAll(core: Core, count: number): Promise<void> {
  expect(await countOf(core, 'smoke-1')).toBe(count);
  const { points } = await core.history.call('readings', {
    device: 'smoke-1' as DeviceId,
    property: 'temperature',
    from: start as EpochMs,
    to: 4e12 as EpochMs,
    limit: 100_000,
  });
  expect(points.map(({ at, value }) => [(at - start) / 1_000, value])).toEqual(
    Array.from({ length: count }, (_, index) => [index, index % 50]),
  );
}
