import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '#bench/report.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['cli/run.js', 'bench/run.ts', ...args], { encoding: 'utf8' });

/** One small run; what it measured by part and name. Times are never asserted. */
function figuresOf(name: string, options: Readonly<Record<string, number>>) {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'report.json');
  const numbers = Object.entries(options).flatMap(([option, value]) => [`--${option}`, String(value)]);
  const { status, stderr } = bench(name, ...numbers, '--repeats', '1', '--json', file);
  if (status !== 0) throw new Error(stderr);
  const report = JSON.parse(readFileSync(file, 'utf8')) as BenchReport;
  const [ours, ...others] = report.subjects;
  expect(others).toEqual([]);
  return (part: string, figure: string): number | undefined =>
    ours?.figures.find((found) => found.part === part && found.name === figure)?.spread.median;
}

describe('npm run bench', () => {
  it('lists its benchmarks and their options', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    for (const name of ['ingest', 'history', 'backtest', 'idle', 'flood']) expect(stdout).toContain(name);
    expect(bench('ingest', '--help').stdout).toContain('--window');
  });

  it('ingest: measures a platform from outside and loses nothing', () => {
    const value = figuresOf('ingest', { seconds: 2, rate: 200, devices: 20, window: 2 });
    expect(value('200 msg/s', 'not acknowledged')).toBe(0);
    expect(value('200 msg/s', 'alarms without task')).toBe(0);
    expect(value('200 msg/s', 'publish → task, p99')).toBeGreaterThan(0);
    expect(value('saturation', 'publish → PUBACK, p99')).toBeGreaterThan(0);
    expect(value('in the end', 'acknowledged')).toBeGreaterThan(5 * 200);
    expect(value('in the end', 'lost')).toBe(0);
    expect(value('in the end', 'in history')).toBe(value('in the end', 'acknowledged'));
  });

  it('backtest: reads all that was stored, and finds alarms', () => {
    const value = figuresOf('backtest', { readings: 200_000 });
    const part = 'a comparison that has to hold';
    expect(value(part, 'readings read')).toBeGreaterThan(190_000);
    expect(value(part, 'readings')).toBeGreaterThan(0);
    expect(value('the mean of an hour', 'alarms')).toBeGreaterThan(0);
  });

  it('flood: the detector gets its tasks, and what was acknowledged is stored', () => {
    const value = figuresOf('flood', { seconds: 4, devices: 10, 'in-flight': 200 });
    for (const part of ['each waits for its PUBACK', 'nobody waits']) {
      expect(value(part, 'connected')).toBe(10);
      expect(value(part, 'acknowledged')).toBeGreaterThan(0);
      expect(value(part, 'the detector: alarms without task')).toBe(0);
      expect(value(part, 'lost')).toBe(0);
    }
  });

  it('idle: connections stay and are answered', () => {
    const value = figuresOf('idle', { connections: 50, seconds: 2, rest: 0 });
    expect(value('in the end', 'still open')).toBe(50);
    expect(value('in the end', 'pings')).toBeGreaterThanOrEqual(50);
    expect(value('in the end', 'pings not answered')).toBe(0);
    expect(value('1000 msg/s, beside them', 'not acknowledged')).toBe(0);
  });

  it('history: stores and sorts', () => {
    const value = figuresOf('history', { points: 20_000, queries: 2 });
    expect(value('append', 'points')).toBeGreaterThanOrEqual(20_000);
    expect(value('sorted', 'in use')).toBeGreaterThan(0);
  });
});
