import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it, vi } from 'vitest';
import { bareEnvironment, childProgram, nodeFlags } from '#app/flows/confinement.ts';
import { usualTimings } from '#app/flows/restart-policy.ts';
import { FlowsSupervisor, type SupervisorParts } from '#app/flows/supervisor.ts';
import { wallClock } from '#model/clock.ts';
import { startFlowsChild } from '#tests/app/support/flows-child.ts';
import { until } from '#tests/flow/support/api-client.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

/** Flows whose process can never be started, and what is said of that. */
function neverStarting(parts: Partial<SupervisorParts> = {}) {
  const lines: string[] = [];
  const supervisor = new FlowsSupervisor({
    memoryBytes: 2 ** 29,
    timings: { ...usualTimings, firstWaitMs: 1, longestWaitMs: 1, crashesUntilSafe: 3 },
    wish: 'run',
    keepWish: () => undefined,
    launch: () => Promise.reject(new Error('the store takes nothing')),
    hasRoom: async () => true,
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

it('an orderly end waits for no disk, not even for one that does not answer', async () => {
  let asked = 0;
  const { supervisor } = neverStarting({
    hasRoom: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
  });
  supervisor.start();
  expect(asked).toBe(1);
  await supervisor.want('run');
  await supervisor.stop();
  expect(supervisor.standing.state).toBe('stopped');
});

it('on a nearly full disk flows are not started until there is room, unless they are paused', async () => {
  let hasRoom = false;
  const starts: boolean[] = [];
  const { supervisor } = neverStarting({
    timings: { ...usualTimings, firstWaitMs: 1, longestWaitMs: 1, pulseEveryMs: 5 },
    hasRoom: async () => hasRoom,
    launch: (isSafe) => {
      starts.push(isSafe);
      return Promise.reject(new Error('the store takes nothing'));
    },
  });
  const started = () =>
    until(
      async () => starts.length,
      (count) => count > 0,
    );
  supervisor.start();
  const { crashesInARow, lastEnd, nextStartAt } = await until(
    async () => supervisor.standing,
    ({ state }) => state === 'backing-off',
  );
  expect({ crashesInARow, nextStartAt, reason: lastEnd?.reason }).toEqual({
    crashesInARow: 0,
    nextStartAt: null,
    reason: 'disk',
  });
  expect(starts).toEqual([]);
  // What filled it may have to be mended in the editor.
  await supervisor.want('safe');
  await started();
  expect(starts[0]).toBe(true);
  await supervisor.want('run');
  starts.length = 0;
  hasRoom = true;
  await started();
  expect(starts[0]).toBe(false);
  await supervisor.stop();
});

it('bounds memory by what the process says of itself where the system tells nothing of it', async () => {
  using directory = temporaryDirectory();
  const { path: userDir } = directory;
  mkdirSync(join(userDir, 'files'));
  const config = {
    isEnabled: true,
    memoryBytes: 2 ** 29,
    role: 'property-manager',
    places: [],
    access: 'confined',
    directories: [],
  } as const;
  const { supervisor } = neverStarting({
    // Less than any process has.
    memoryBytes: 2 ** 20,
    // However long a busy machine takes to start it.
    timings: {
      ...usualTimings,
      lookEveryMs: 10,
      pulseEveryMs: 20,
      startWithinMs: 600_000,
      starvedStartMs: 600_000,
    },
    vitals: async () => null,
    launch: async () =>
      startFlowsChild({
        program: childProgram,
        flags: nodeFlags(config, userDir),
        env: bareEnvironment(userDir),
        userDir,
      }),
  });
  supervisor.start();
  const { lastEnd } = await until(
    async () => supervisor.standing,
    (standing) => standing.lastEnd !== null,
  );
  await supervisor.stop();
  expect(lastEnd?.reason).toBe('memory');
});
