import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

/** Tries each as a node of a confined flow could, and answers with what came of it. */
const program = (target: number, directory: string) => `
import { putUpFences, refuseOwnSocketFiles } from '#app/flows/child/fences.ts';
import net from 'node:net';
import os from 'node:os';
putUpFences();
refuseOwnSocketFiles();
const results = {};
const attempt = (name, act) => {
  try { act(); results[name] = 'done'; } catch (error) { results[name] = error.code; }
};
attempt('signal', () => process.kill(${target}, 0));
attempt('signal below', () => process._kill(${target}, 0));
attempt('debugger', () => process._debugProcess(${target}));
attempt('priority', () => os.setPriority(${target}, 19));
attempt('own priority', () => os.setPriority(19));
attempt('own signal', () => process.kill(process.pid, 0));
attempt('socket file', () => net.createServer().listen(${JSON.stringify(join(directory, 'gridbell.sock'))}));
attempt('socket file by options', () => net.createServer().listen({ path: ${JSON.stringify(join(directory, 'x.sock'))} }));
const server = net.createServer().listen(0, '127.0.0.1', () => {
  results.port = 'done';
  console.log(JSON.stringify(results));
  process.exit(0);
});
`;

it('confined flows signal no other process, open no debugger in it, change no priority, and make no socket in the file system', () => {
  using directory = temporaryDirectory();
  const { stderr, stdout } = spawnSync(
    process.execPath,
    [
      '--permission',
      `--allow-fs-read=${process.cwd()}`,
      '--input-type=module',
      '--eval',
      program(process.pid, directory.path),
    ],
    { encoding: 'utf8' },
  );
  const results: unknown = stdout === '' ? stderr : JSON.parse(stdout);
  const refused = 'ERR_ACCESS_DENIED';
  expect(results).toEqual({
    signal: refused,
    'signal below': refused,
    debugger: refused,
    priority: refused,
    'own priority': 'done',
    'own signal': 'done',
    'socket file': refused,
    'socket file by options': refused,
    port: 'done',
  });
});

it.each([
  ['http://gridbell.example', 80],
  ['https://gridbell.example', 443],
  ['http://gridbell.example:18080', 18_080],
])('bounds connections to Gridbell at %s, also where its port is the usual one', (url, port) => {
  const many = `
import { boundConnections } from '#app/flows/child/fences.ts';
import net from 'node:net';
boundConnections(${JSON.stringify(url)});
let refused = 0;
const sockets = Array.from({ length: 70 }, () => net.connect(${port}, '127.0.0.1'));
await Promise.all(sockets.map((socket) => new Promise((resolve) => {
  socket.once('error', ({ code }) => { if (code === 'EAGAIN') refused += 1; resolve(); });
  socket.once('connect', resolve);
})));
console.log(refused);
process.exit(0);
`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', many], {
    encoding: 'utf8',
  });
  expect(stdout.trim() || stderr).toBe('6');
});
