import { expect } from 'vitest';
import type { FloodReport } from './flood.ts';

/** The floor of an alarm's way to its task under a flood; the goal is 1 s. */
const alarmWithinMs = 10_000;

/** What must hold after a flood. */
export function expectUnharmed(report: FloodReport): void {
  const { acknowledged, alarms, cutOff, lost, ready, seconds, sent, taskMs, twice } = report;
  const at = (share: number): string =>
    (taskMs[Math.ceil(share * taskMs.length) - 1] ?? Number.NaN).toFixed(0);
  process.stdout.write(
    `${sent} sent and ${acknowledged} acknowledged in ${seconds.toFixed(1)} s, ${cutOff} cut off; ` +
      `alarm → task p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, the slowest ${at(1)} ms\n`,
  );
  expect(lost).toEqual([]);
  expect(twice).toEqual([]);
  expect(acknowledged).toBeGreaterThan(1_000);
  expect(taskMs).toHaveLength(alarms);
  expect(taskMs.at(-1)).toBeLessThan(alarmWithinMs);
  expect(ready).toBe(200);
}
