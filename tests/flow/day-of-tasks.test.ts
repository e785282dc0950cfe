import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Chance } from '#device-sim/chance/chance.ts';
import { startHttpReceiver } from '#tests/support/notify/http-receiver.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { type DayStep, dayEnds, dayOfTasks } from './support/day-of-tasks.ts';
import { type DayRecord, dayRecord } from './support/day-record.ts';
import { DayWorld } from './support/day-world.ts';

interface Day {
  readonly record: DayRecord;
  /** `channel key` of everything that its receivers got, in order. */
  readonly received: readonly string[];
}

/** Lives through the steps; killed at so many of them, somewhere between its first byte and its last answer. */
async function live(dataDir: string, steps: readonly DayStep[], kills: number): Promise<Day> {
  const chance = new Chance('kills', kills);
  const dying = new Set<number>();
  while (dying.size < kills) dying.add(chance.whole(1, steps.length - 1));
  await using phone = await startHttpReceiver();
  await using mail = await startHttpReceiver();
  await using world = await DayWorld.begin(dataDir, { phone: phone.url, mail: mail.url });
  for (const [index, step] of steps.entries()) {
    if (dying.has(index)) {
      const taken = world.take(step).catch(() => undefined);
      await pause(chance.between(0, 100));
      await world.kill();
      await taken;
      await world.startAgain();
    }
    await world.take(step);
  }
  expect(await world.end(dayEnds)).toBe(0);
  const record = dayRecord(dataDir);
  const keys = [...phone.received, ...mail.received].map(({ headers }) =>
    record.nameOf(String(headers['webhook-id'])),
  );
  return { record, received: keys.sort() };
}

const count = (lines: readonly string[], what: string) => lines.filter((line) => line.includes(what)).length;

it('a day of 24 hours leaves the same history and tells people the same by the same channels, killed ten times or not at all', async () => {
  using directory = temporaryDirectory();
  const steps = dayOfTasks(7);
  const [{ received, record: plain }, died] = await Promise.all([
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

  const { nameOf: _plainly, triedAgain: never, ...whole } = plain;
  const { nameOf: _again, triedAgain, ...killed } = died.record;
  expect(killed).toEqual(whole);
  // Each went out once; where a kill cut the answer off, once more with the same key.
  expect(never).toEqual([]);
  expect(new Set(received).size).toBe(received.length);
  expect(received.length).toBeGreaterThan(30);
  const repeats = died.received.filter((key, index) => key === died.received[index - 1]);
  expect(triedAgain).toEqual(expect.arrayContaining(repeats));
  expect([...new Set(died.received)]).toEqual(received);
}, 900_000);
