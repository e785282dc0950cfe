import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BenchReport } from '#bench/report.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['cli/run.js', 'bench/run.ts', ...args], { encoding: 'utf8' });

describe('npm run bench', () => {
  it('lists its benchmarks and their options', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('ingest');
    expect(bench('ingest', '--help').stdout).toContain('--window');
  });

  it('measures a platform from outside and loses nothing', () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'report.json');
    const small = ['--seconds', '2', '--rate', '200', '--devices', '20', '--window', '2', '--repeats', '1'];
    const { status, stdout, stderr } = bench('ingest', ...small, '--json', file);
    expect(stderr).not.toContain('bench:');
    expect(status).toBe(0);
    expect(stdout).toMatch(/saturation +acknowledged/);

    const report = JSON.parse(readFileSync(file, 'utf8')) as BenchReport;
    const [ours, ...others] = report.subjects;
    expect(others).toEqual([]);
    const value = (part: string, name: string): number | undefined =>
      ours?.figures.find((figure) => figure.part === part && figure.name === name)?.spread.median;
    expect(value('200 msg/s', 'not acknowledged')).toBe(0);
    expect(value('200 msg/s', 'alarms without task')).toBe(0);
    expect(value('200 msg/s', 'publish → task, p99')).toBeGreaterThan(0);
    expect(value('saturation', 'publish → PUBACK, p99')).toBeGreaterThan(0);
    expect(value('in the end', 'acknowledged')).toBeGreaterThan(5 * 200);
    expect(value('in the end', 'lost')).toBe(0);
    expect(value('in the end', 'in history')).toBe(value('in the end', 'acknowledged'));
  });
});
