import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Chance } from '#device-sim/chance/chance.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { type DayStep, dayEnds, dayOfTasks } from './support/day-of-tasks.ts';
import { type DayRecord, dayRecord } from './support/day-record.ts';
import { DayWorld } from './support/day-world.ts';

/** Lives through the steps; killed at so many of them, somewhere between its first byte and its last answer. */
async function live(dataDir: string, steps: readonly DayStep[], kills: number): Promise<DayRecord> {
  const chance = new Chance('kills', kills);
  const dying = new Set<number>();
  while (dying.size < kills) dying.add(chance.whole(1, steps.length - 1));
  await using world = await DayWorld.begin(dataDir);
  for (const [index, step] of steps.entries()) {
    if (dying.has(index)) {
      const taken = world.take(step).catch(() => undefined);
      await pause(chance.between(0, 25));
      await world.kill();
      await taken;
      await world.startAgain();
    }
    await world.take(step);
  }
  expect(await world.end(dayEnds)).toBe(0);
  return dayRecord(dataDir);
}

const count = (lines: readonly string[], what: string) => lines.filter((line) => line.includes(what)).length;

it('a day of 24 hours leaves the same history and tells people the same, killed ten times or not at all', async () => {
  using directory = temporaryDirectory();
  const steps = dayOfTasks(7);
  const [plain, killed] = await Promise.all([
    live(join(directory.path, 'plain'), steps, 0),
    live(join(directory.path, 'killed'), steps, 10),
  ]);
  // It is a day on which something happens.
  expect(plain.tasks.length).toBeGreaterThan(12);
  for (const action of [
    'escalate',
    'overdue',
    'remind',
    'hand-over',
    'shift-end',
    'accept',
    'rework',
    'return',
    'resume',
  ])
    expect(count(plain.history, `"action":"${action}"`), action).toBeGreaterThan(0);
  for (const kind of ['assigned', 'withdrawn', 'told', 'escalated', 'reminder'])
    expect(count(plain.notices, `"kind":"${kind}"`), kind).toBeGreaterThan(0);
  expect(count(plain.history, '"late"')).toBe(0);

  expect(killed).toEqual(plain);
}, 300_000);
