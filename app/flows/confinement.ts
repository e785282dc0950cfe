import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlowsConfig } from '#app/config/flows-settings.ts';

const installation = fileURLToPath(new URL('../..', import.meta.url));

/** Of what Node-RED takes beside the JavaScript heap: code, buffers, threads. */
const outsideHeapBytes = 160 * 2 ** 20;

/** The program of the flows' process. */
export const childProgram = join(installation, 'app/flows/child/main.ts');

/** Gridbell's own nodes. */
export const paletteDirectory = join(installation, 'rules/node-red');

/** What Node is told of a process of flows whose files are in `userDir`. */
export function nodeFlags(
  { access, directories, memoryBytes }: FlowsConfig,
  userDir: string,
): readonly string[] {
  const heapMegabytes = Math.round((memoryBytes - outsideHeapBytes) / 2 ** 20);
  return [
    `--max-old-space-size=${heapMegabytes}`,
    // Else any process of this user could open a debugger in it by a signal.
    '--disable-sigusr1',
    ...(access === 'full' ? [] : confined([userDir, ...directories])),
  ];
}

/**
 * Node's permission model: it reads the installation and its own directories, writes its own directories, starts no process, no
 * thread and no native code.
 */
function confined(own: readonly string[]): readonly string[] {
  const nodeRed = createRequire(import.meta.url).resolve('node-red');
  // The directory that holds node-red and all that it loads, which may be a link.
  const modules = dirname(dirname(dirname(realpathSync(nodeRed))));
  const readable = [
    modules,
    join(installation, 'node_modules'),
    join(installation, 'package.json'),
    join(installation, 'app/flows/child'),
    paletteDirectory,
    ...own,
  ];
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...own.map((path) => `--allow-fs-write=${path}`),
  ];
}

/** Nothing of Gridbell's own environment, which may hold passwords. */
export function bareEnvironment(userDir: string): Record<string, string> {
  const { LANG, PATH, TZ } = process.env;
  return {
    PATH: PATH ?? '/usr/bin:/bin',
    HOME: userDir,
    ...(TZ === undefined ? {} : { TZ }),
    ...(LANG === undefined ? {} : { LANG }),
  };
}
