import { expect } from 'vitest';
import type { SiegeReport } from '#tests/broker/hostile/siege.ts';

/** GRIDBELL_TEST_SEED chooses other frames. */
export const seed = Number(process.env['GRIDBELL_TEST_SEED'] ?? 20_261_122);

const mebibyte = 2 ** 20;
/** What a garbage collector may leave lying about. */
const heapSlack = 8 * mebibyte;
/** Beyond the heap: what SQLite and the allocator keep for the next time. */
const residentSlack = 128 * mebibyte;

/** What must hold after a siege, however hostile it was. */
export function expectUnharmed(report: SiegeReport): void {
  const { early, late } = report;
  process.stdout.write(`${line(report)}\n`);
  expect(report.errors).toEqual([]);
  // Each message that was acknowledged stands there once, in order, and nothing in that name that it did not say.
  const said = Array.from({ length: report.acknowledged }, (_, index) => `message ${index + 1}`);
  expect(report.audit.fromVictim).toEqual(said);
  expect(said.length).toBeGreaterThan(100);
  expect(report.audit.forbidden).toEqual([]);
  // The attacks are no good when none of them came as far as the inbox, or all of them.
  expect(report.audit.messages - said.length).toBeGreaterThan(report.frames / 50);
  expect(report.audit.delivered).toBeGreaterThan(0);
  expect(Object.keys(late.refusals).length).toBeGreaterThan(12);
  expect(late).toMatchObject({ connections: 1, devicesOnline: 1 });
  expect(late.heap - early.heap).toBeLessThan(heapSlack);
  expect(late.buffers - early.buffers).toBeLessThan(heapSlack);
  expect(late.resident - early.resident).toBeLessThan(residentSlack);
}

function line({ acknowledged, attacks, early, frames, late, seconds, slowestMs }: SiegeReport): string {
  const mib = (bytes: number): string => (bytes / mebibyte).toFixed(1);
  return [
    `seed ${seed}: ${frames} frames of ${attacks} connections in ${seconds.toFixed(1)} s`,
    `heap ${mib(early.heap)} → ${mib(late.heap)} MiB, resident ${mib(early.resident)} → ${mib(late.resident)} MiB`,
    `${acknowledged} acknowledgements beside them, the slowest after ${slowestMs.toFixed(0)} ms`,
  ].join('; ');
}
