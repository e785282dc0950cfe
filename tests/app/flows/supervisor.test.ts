import pino from 'pino';
import { expect, it } from 'vitest';
import { usualTimings } from '#app/flows/restart-policy.ts';
import { FlowsSupervisor, type SupervisorParts } from '#app/flows/supervisor.ts';
import { wallClock } from '#model/clock.ts';

/** Flows whose process can never be started, and what is said of that. */
function neverStarting(parts: Partial<SupervisorParts> = {}) {
  const lines: string[] = [];
  const supervisor = new FlowsSupervisor({
    memoryBytes: 2 ** 29,
    timings: { ...usualTimings, firstWaitMs: 1, longestWaitMs: 1, crashesUntilSafe: 3 },
    wish: 'run',
    keepWish: () => undefined,
    launch: () => Promise.reject(new Error('the store takes nothing')),
    onEnd: () => undefined,
    clock: wallClock,
    log: pino({}, { write: (line: string) => void lines.push(line) }),
    ...parts,
  });
  return { supervisor, said: () => lines.join('') };
}

it('is not paused for good by starts that failed before there was a process: flows did nothing', async () => {
  const wishes: string[] = [];
  const tried = Promise.withResolvers<void>();
  let tries = 0;
  const { supervisor } = neverStarting({
    keepWish: (wish) => void wishes.push(wish),
    launch: () => {
      tries += 1;
      if (tries === 10) tried.resolve();
      return Promise.reject(new Error('the store takes nothing'));
    },
  });
  supervisor.start();
  await tried.promise;
  expect(wishes).toEqual([]);
  expect(supervisor.standing).toMatchObject({ wish: 'run', lastEnd: { reason: 'not-started' } });
  expect(supervisor.standing.crashesInARow).toBeGreaterThanOrEqual(9);
  await supervisor.stop();
});

it('stops, starts and ends also when what is wanted cannot be written down, and says so', async () => {
  const { said, supervisor } = neverStarting({
    keepWish: () => {
      throw new Error('ENOSPC');
    },
  });
  supervisor.start();
  await supervisor.want('stop');
  expect(supervisor.standing).toMatchObject({ state: 'stopped', wish: 'stop' });
  expect(said()).toContain('cannot be remembered');
  await supervisor.want('run');
  expect(supervisor.standing.wish).toBe('run');
  await supervisor.stop();
  expect(supervisor.standing.state).toBe('stopped');
});
