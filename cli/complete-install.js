/**
 * Runs at the end of `npm ci` and `npm install`. npm leaves optional packages out that do not name the Node it runs on,
 * and the tools' binaries are such packages: on an old Node the installation is completed by the Node that came along.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledNode, isNewEnough } from './node-version.js';

const node = bundledNode({
  from: dirname(fileURLToPath(import.meta.url)),
  platform: process.platform,
  arch: process.arch,
  exists: existsSync,
});
const npm = process.env.npm_execpath;

if (!isNewEnough(process.versions.node) && node && npm) {
  const path = [dirname(node), process.env.PATH].join(delimiter);
  const { status } = spawnSync(node, [npm, 'install', '--no-save', '--no-audit', '--no-fund'], {
    stdio: 'inherit',
    env: Object.assign({}, process.env, { PATH: path }),
  });
  process.exitCode = status === null ? 1 : status;
}
