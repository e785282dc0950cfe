#!/usr/bin/env node
/**
 * The bin. Whatever Node starts it (with `npx` the system's, which may be old), the command runs on one that is new
 * enough: this one, or the one that `npm ci` installed. Syntax and imports are kept to what Node 14 knows.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledNode, isNewEnough } from './node-version.js';

const here = dirname(fileURLToPath(import.meta.url));

/** Runs the command in a Node of its own: signals go down to it, its exit code or signal comes back. */
function runWith(node) {
  const child = spawn(node, [join(here, 'main.ts')].concat(process.argv.slice(2)), { stdio: 'inherit' });
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  child.on('error', (error) => refuse(`cannot start ${node} (${error.message}); run npm ci again`));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeListener(name, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code === null ? 1 : code;
  });
}

function refuse(reason) {
  process.stderr.write(`gridbell: ${reason}\n`);
  process.exitCode = 1;
}

const node = isNewEnough(process.versions.node)
  ? undefined
  : bundledNode({ from: here, platform: process.platform, arch: process.arch, exists: existsSync });

if (isNewEnough(process.versions.node)) await import('./main.ts');
else if (node) runWith(node);
else
  refuse(
    `Node ${process.versions.node} is too old and none came with npm ci; run npm ci, or install Node 24.12 or later`,
  );
