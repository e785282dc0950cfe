import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BenchReport } from '#bench/report.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

export const bench = (...args: string[]) =>
  spawnSync(process.execPath, ['cli/run.js', 'bench/run.ts', ...args], { encoding: 'utf8' });

/** One small run; what it measured by part and name. Times are never asserted. */
export function figuresOf(name: string, options: Readonly<Record<string, number | string>>) {
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
