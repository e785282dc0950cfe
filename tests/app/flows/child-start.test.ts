import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { startSecretHeader } from '#app/flows/child/orders.ts';
import { FlowsChild } from '#app/flows/child-process.ts';
import { bareEnvironment, childProgram } from '#app/flows/confinement.ts';
import { until } from '#tests/flow/support/api-client.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

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

const startSecret = 'secret';
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
  const socketPath = join(userDir, 'editor.sock');
  const child = new FlowsChild({
    program,
    flags: [],
    env: bareEnvironment(userDir),
    orders: {
      userDir,
      socket: 'editor.sock',
      startSecret,
      credentialSecret: 'secret',
      gridbell: { url: 'http://127.0.0.1:9', token: 'token' },
      safeMode: false,
      mayInstall: false,
      palette: null,
    },
    socketPath,
    onLine: () => undefined,
    onFlood: () => undefined,
  });
  await until(
    () => child.pulse(AbortSignal.timeout(10_000)).catch(() => null),
    (pulse) => pulse !== null && pulse.flows !== 'wait',
  );
  expect(await statusOf(socketPath)).toBe(200);
  child.kill();
  await child.ended;
});
