import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

function start(dataDir: string, env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, ['cli/gridbell.js', 'start', '--data-dir', dataDir], {
    stdio: 'pipe',
    env: {
      PATH: process.env['PATH'],
      GRIDBELL_HTTP_PORT: '0',
      GRIDBELL_MQTT_PORT: '0',
      GRIDBELL_MQTT_WS_PORT: '0',
      GRIDBELL_ADMIN_PASSWORD: 'for this test',
      ...env,
    },
  });
}

async function readyLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (entry['msg'] === 'ready') return entry;
  }
  throw new Error('it ended before it was ready');
}

describe('start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says when it serves and exits with 0 on %s', async (signal) => {
    using data = temporaryDirectory();
    const child = start(data.path);
    const ready = await readyLine(child);
    expect(ready).toMatchObject({ pid: child.pid, http: expect.any(Number), mqtt: expect.any(Number) });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.skipIf(process.platform === 'win32')(
    'writes what only its owner reads, also into a directory that is open',
    async () => {
      using data = temporaryDirectory();
      chmodSync(data.path, 0o755);
      const child = start(data.path);
      await readyLine(child);
      const open = readdirSync(data.path, { recursive: true, encoding: 'utf8' }).filter(
        (name) => (statSync(join(data.path, name)).mode & 0o077) !== 0,
      );
      expect(open).toEqual([]);
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  );

  it('says in one line why it cannot start and exits with 1', async () => {
    using data = temporaryDirectory();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const child = start(data.path, { GRIDBELL_HTTP_PORT: String(port) });
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += String(chunk);
    });
    child.stdout?.resume();
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(err).toMatch(new RegExp(`^gridbell: cannot start: [^\\n]*${port}[^\\n]*\\n$`));
    other.close();
  });
});
