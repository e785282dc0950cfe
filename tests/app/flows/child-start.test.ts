import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { startSecretHeader } from '#app/flows/child/orders.ts';
import { bareEnvironment, childProgram } from '#app/flows/confinement.ts';
import { socketPathOf, startFlowsChild, startSecret } from '#tests/app/support/flows-child.ts';
import { until } from '#tests/flow/support/api-client.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

// Flows stand behind everything else that the machine does, other tests included.
vi.setConfig({ testTimeout: 1_200_000 });

/** The process of flows on a machine so busy that flows have started long before the editor is ready. */
const slow = `
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
const red = createRequire(${JSON.stringify(resolve('package.json'))})('node-red');
const { events, start } = red;
const started = new Promise((resolve) => events.on('runtime-event', ({ id }) => id === 'runtime-state' && resolve()));
red.start = async () => {
  await start();
  await started;
  await delay(500);
};
await import(${JSON.stringify(pathToFileURL(childProgram).href)});
`;

const statusOf = (socketPath: string): Promise<number> =>
  new Promise((answered, reject) => {
    request(
      { socketPath, path: '/flows/flows', headers: { [startSecretHeader]: startSecret } },
      (response) => {
        response.resume();
        answered(response.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });

it('flows that are said to run answer the editor from that moment on', async () => {
  using directory = temporaryDirectory();
  const program = join(directory.path, 'slow.mjs');
  writeFileSync(program, slow);
  const userDir = join(directory.path, 'flows');
  mkdirSync(join(userDir, 'files'), { recursive: true });
  const child = startFlowsChild({ program, env: bareEnvironment(userDir), userDir });
  await until(
    () => child.pulse(AbortSignal.timeout(10_000)).catch(() => null),
    (pulse) => pulse !== null && pulse.flows !== 'wait',
  );
  expect(await statusOf(socketPathOf(userDir))).toBe(200);
  child.kill();
  await child.ended;
});
