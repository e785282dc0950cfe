import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Reading } from '#model/reading.ts';
import type { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { History } from '#store/history/history.ts';
import { openInfluxHistory } from '#store/history/influxdb/influxdb-history.ts';
import { everyMeasurement } from '#store/history/influxdb/lines.ts';
import { InfluxServer, type InfluxTarget } from '#store/history/influxdb/server.ts';
import { openOpsWriter } from '#store/ops/open-writer.ts';
import { deviceAt, readingsOf } from './history-community.ts';
import { InfluxdProcess } from './server/influxd-process.ts';
import { blocksOf, sizeOf } from './server/process-usage.ts';

/** An engine of history by itself, with what only it can answer. */
export interface HistoryUnderTest extends AsyncDisposable {
  /** The process whose memory counts. */
  readonly pid: number;
  /** What was opened before under the name is opened again. */
  open(name: 'week' | 'year'): Promise<History>;
  /** Resolves when what has come is in the order in which it stays. */
  settle(history: History): Promise<void>;
  /** Of the week, when it is closed. */
  room(): Promise<{ readonly usedBytes: number; readonly fileBytes: number }>;
  /** Makes ready what answers the newest reading of every series, and how many those are. */
  latest(devices: number): Promise<() => Promise<number>>;
}

/** The embedded engine of a checkout, which may be another one than this. */
export async function openOurs(root: string): Promise<HistoryUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'gridbell-bench-'));
  const url = pathToFileURL(join(root, 'store/history/duckdb/duckdb-history.ts')).href;
  const module = (await import(url)) as { openDuckDbHistory: typeof openDuckDbHistory };
  return {
    pid: process.pid,
    open: (name) => module.openDuckDbHistory({ path: join(directory, `${name}.duckdb`) }),
    settle: (history) => history.maintain(),
    room: async () => ({
      usedBytes: await usedBytes(join(directory, 'week.duckdb')),
      fileBytes: await sizeOf(directory),
    }),
    latest: (devices) => latestOfOps(directory, devices),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Blocks in use: what sorting left free in the file is filled again by the next day. */
async function usedBytes(path: string): Promise<number> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const used = 'SELECT (used_blocks * block_size)::DOUBLE FROM pragma_database_size()';
  const rows = await (await connection.run(used)).getRows();
  connection.closeSync();
  instance.closeSync();
  return Number(rows[0]?.[0]);
}

/** The ops store holds them beside history. */
async function latestOfOps(directory: string, devices: number): Promise<() => Promise<number>> {
  const writer = await openOpsWriter(join(directory, 'ops.db'), { quarantineKey: new Uint8Array(32) });
  const [readings = []] = readingsOf(devices);
  const series = Array.from({ length: devices }, (_, device) =>
    ['temperature', 'humidity', 'battery'].map((property) => ({
      ...readings[0],
      device: deviceAt(device),
      property,
    })),
  ).flat() as Reading[];
  writer.begin();
  writer.putLatest(series);
  writer.commit();
  return async () => [...writer.latestReadings()].length;
}

/** An influxd of its own, written and read by our adapter. */
export async function openInfluxd(): Promise<HistoryUnderTest> {
  const influxd = await InfluxdProcess.start();
  const target = (database: string): InfluxTarget => ({
    url: influxd.url,
    database,
    org: null,
    token: null,
    username: null,
    password: null,
  });
  const server = new InfluxServer(target('week'));
  // Its index of series is made large beforehand, and mostly holes.
  const bytes = async () => ({
    usedBytes: await blocksOf(influxd.directory),
    fileBytes: await sizeOf(influxd.directory),
  });
  return {
    pid: influxd.pid,
    open: (name) => openInfluxHistory(target(name)),
    settle: () => influxd.settled(),
    room: bytes,
    latest: async () => async () => {
      const [tables = []] = await server.query([
        `SELECT last(k), last(num), last(bool), last(text) FROM ${everyMeasurement} GROUP BY device, property`,
      ]);
      return tables.length;
    },
    [Symbol.asyncDispose]: () => influxd[Symbol.asyncDispose](),
  };
}
