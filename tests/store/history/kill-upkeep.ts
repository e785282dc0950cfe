import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { DeviceId } from '#model/brand.ts';
import { openDuckDbHistory } from '#store/history/duckdb/duckdb-history.ts';
import type { History, Point } from '#store/history/history.ts';
import { expectSame } from '#tests/store/history/expect-same.ts';
import { expectBuckets } from '#tests/store/history/kill-rounds.ts';
import {
  batchesInDay,
  erasedDevice,
  knownBatch,
  knownContent,
  knownOrder,
  purgedProperties,
  storedContent,
} from '#tests/store/history/known-batches.ts';
import { temporaryFolder } from '#tests/store/history/open-duckdb.ts';
import { lookAtStruck, type Struck } from '#tests/store/history/struck.ts';

type Work = 'retention' | 'erasure';

const days = 4;
const batches = days * batchesInDay;

export interface UpkeepKills {
  readonly work: Work;
  readonly rounds: number;
  /** Whether one came amid it, by what it left. */
  readonly isAmid: (struck: Struck) => boolean;
}

/** So many have to come amid the work, or little was tried. */
const amidAtLeast = 2;
/** Of rounds: how often a machine is tried on which they do not. */
const mostTimes = 6;

/**
 * Kills so often, at moments spread over all that the work takes, and goes on until some came amid it: how long it takes is another thing
 * on a machine that does other things. Looks each time at all that is left, and at it when the work was ended. Answers how many came amid.
 */
export async function surviveUpkeepKills({ isAmid, rounds, work }: UpkeepKills): Promise<number> {
  await using folder = await temporaryFolder();
  const filled = join(folder.path, 'filled.duckdb');
  await fill(filled);
  const known = knownContent(batches);
  const whole = join(folder.path, 'whole');
  let amid = 0;
  let takesMs = 0;
  for (let round = 0; round <= rounds || (amid < amidAtLeast && round < mostTimes * rounds); round++) {
    const path = join(`${whole}-${round}`, 'history.duckdb');
    await copyInto(filled, path);
    // The first is let run to its end, and says how long that takes.
    const killAfterMs = round === 0 ? null : (((round % rounds) + Math.random()) / rounds) * takesMs;
    const ranMs = await workAndKill(path, work, killAfterMs);
    // One that was done before it was killed says it anew.
    if (ranMs !== null) takesMs = ranMs;
    const left = await lookAtStruck(path);
    if (round > 0 && isAmid(left)) amid += 1;
    const history = await openDuckDbHistory({ path });
    let isGone = false;
    try {
      if (work === 'retention') await expectKept(history, known, left);
      else isGone = await expectErasedOrWhole(history, known, left);
    } finally {
      await history.close();
    }
    if (isGone) await expectNoByte(path);
  }
  return amid;
}

async function fill(path: string): Promise<void> {
  const history = await openDuckDbHistory({ path });
  for (let at = 1; at <= batches; at++) await history.append([knownBatch(at)]);
  await history.maintain();
  await history.close();
}

async function copyInto(from: string, path: string): Promise<void> {
  await mkdir(dirname(path));
  await copyFile(from, path);
}

/** Kills it so long after it began, null: when it is done. Resolves with how long it ran until it was done, null: it was not. */
async function workAndKill(path: string, work: Work, killAfterMs: number | null): Promise<number | null> {
  const script = join(import.meta.dirname, 'working-process.ts');
  const child = spawn(process.execPath, [script, path, work], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let begun = 0;
  let ranMs: number | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'begun') {
      begun = performance.now();
      if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    } else {
      ranMs = performance.now() - begun;
      if (killAfterMs === null) child.kill('SIGKILL');
    }
  }
  const [, signal] = await exited;
  expect(signal).toBe('SIGKILL');
  return ranMs;
}

/** Nothing but what is older than what is kept is gone, and its roll-ups stand for it; the next run ends it. */
async function expectKept(
  history: History,
  known: ReadonlyMap<string, readonly Point[]>,
  { rolledFrom }: Struck,
): Promise<void> {
  await expectSuffixes(history, known);
  await expectBuckets(history, known, rolledFrom);
  const order = knownOrder(batches);
  await history.purge(order);
  await expectSuffixes(history, known);
  const stored = await storedContent(history);
  for (const { property, readingsFrom } of order.kept) {
    const from = Math.floor(Number(readingsFrom) / 86_400_000) * 86_400_000;
    for (const [name, points] of known)
      if (readingsFrom !== null && name.endsWith(` ${property}`))
        expectSame(
          stored.get(name),
          points.filter(({ at }) => at >= from),
          name,
        );
  }
}

async function expectSuffixes(history: History, known: ReadonlyMap<string, readonly Point[]>): Promise<void> {
  const stored = await storedContent(history);
  for (const [name, points] of known) {
    const found = stored.get(name) ?? [];
    const isPurged = purgedProperties.some((property) => name.endsWith(` ${property}`));
    expectSame(found, isPurged ? points.slice(points.length - found.length) : points, name);
  }
  expect(await history.count()).toBe([...stored.values()].reduce((sum, { length }) => sum + length, 0));
}

/** All others are whole; the device is whole as well, or its erasure was ordered and comes to its end. Answers which. */
async function expectErasedOrWhole(
  history: History,
  known: ReadonlyMap<string, readonly Point[]>,
  { isOrdered }: Struck,
): Promise<boolean> {
  const { isErasing } = await history.status();
  expect(isErasing).toBe(isOrdered);
  if (isErasing) await history.maintain();
  const stored = await storedContent(history);
  const isGone = (await history.count(erasedDevice as DeviceId)) === 0;
  if (isErasing) expect(isGone).toBe(true);
  for (const [name, points] of known)
    expectSame(stored.get(name) ?? [], isGone && name.startsWith(`${erasedDevice} `) ? [] : points, name);
  expect(await history.position()).toBe(batches);
  return isGone;
}

async function expectNoByte(path: string): Promise<void> {
  const folder = dirname(path);
  for (const file of await readdir(folder)) {
    if (!(await stat(join(folder, file))).isFile()) continue;
    expect((await readFile(join(folder, file))).includes(erasedDevice), file).toBe(false);
  }
}
