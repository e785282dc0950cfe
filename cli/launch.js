/**
 * Runs a script on a Node that is new enough: this one, or the one that `npm ci` installed. Syntax and imports are kept
 * to what Node 14 knows, since whatever Node the system has may start it.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundledNode, isNewEnough } from './node-version.js';

const here = dirname(fileURLToPath(import.meta.url));
const compiled = join(here, '../node_modules/.cache/gridbell');

/** `script`: absolute path; `args`: what comes behind it. */
export async function launch(script, args) {
  if (isNewEnough(process.versions.node)) {
    process.argv = [process.execPath, script].concat(args);
    keepCompiled();
    await import(pathToFileURL(script).href);
    return;
  }
  const node = bundledNode({
    from: here,
    platform: process.platform,
    arch: process.arch,
    exists: existsSync,
  });
  if (node) runWith(node, [script].concat(args));
  else
    refuse(
      `Node ${process.versions.node} is too old and none came with npm ci; run npm ci, or install Node 24.12 or later`,
    );
}

/**
 * What was compiled once need not be at each start (docs/decisions/131). Threads and processes of this one find the folder
 * in the environment; where it cannot be written, nothing is kept.
 */
function keepCompiled() {
  process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || compiled;
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

/** Runs the script in a Node of its own: signals go down to it, its exit code or signal comes back. */
function runWith(node, argv) {
  const child = spawn(node, argv, { stdio: 'inherit' });
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
