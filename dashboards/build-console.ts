/**
 * Builds the console: types of the API from the API itself, then the page and its compressed twins. `--types`: the types
 * alone, for checking. Part of `npm ci`; where its tools were left out (`npm ci --omit=dev`) it says so and builds nothing.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { describedApi } from '#api/documentation/described-api.ts';

const folder = fileURLToPath(new URL('console/', import.meta.url));
const resolver = createRequire(join(folder, 'package.json'));

/** The script that a package installs as its command; undefined: it is not installed. */
function commandOf(name: string, script: string): string | undefined {
  const path = resolver.resolve
    .paths(name)
    ?.map((root) => join(root, name, script))
    .find(existsSync);
  return path;
}

function run(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error(`${script} failed`);
}

async function writeTypes(generator: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'gridbell-openapi-'));
  try {
    const document = join(scratch, 'openapi.json');
    writeFileSync(document, JSON.stringify(await describedApi()));
    mkdirSync(join(folder, 'src/api'), { recursive: true });
    run(generator, [document, '--output', join(folder, 'src/api/schema.ts')]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Served as they are to browsers that take them, so that nobody waits for a compression. */
function writeCompressedTwins(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|svg|html|webmanifest)$/.test(name)) continue;
    const content = readFileSync(join(directory, name));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    writeFileSync(join(directory, `${name}.br`), brotliCompressSync(content, { params }));
    writeFileSync(join(directory, `${name}.gz`), gzipSync(content));
  }
}

const generator = commandOf('openapi-typescript', 'bin/cli.js');
const vite = commandOf('vite', 'bin/vite.js');
if (generator === undefined || vite === undefined) {
  process.stderr.write(
    'gridbell: the console is not built, since its tools are not installed; run npm ci without --omit=dev\n',
  );
} else {
  await writeTypes(generator);
  if (!process.argv.includes('--types')) {
    run(vite, ['build', '--logLevel', 'warn']);
    writeCompressedTwins(join(dirname(join(folder, 'package.json')), 'dist'));
  }
}
