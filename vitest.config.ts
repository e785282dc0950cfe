import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What is compiled once is not compiled again by each of the hundreds of processes: docs/decisions/131.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/gridbell', import.meta.url));

const long = process.env['GRIDBELL_TEST_LONG'] === '1';

const kind = long ? 'long' : 'test';
const tests = [`tests/**/*.${kind}.ts`];
const unseen = ['node_modules/**', 'data/**'];

/** Folders whose tests call functions and start nothing: their files share a process, and half a second each is saved. */
const functions = ['ingest', 'model', 'rules', 'tasks'].map((folder) => `tests/${folder}/**/*.${kind}.ts`);

export default defineConfig({
  test: {
    exclude: unseen,
    // Code runs as Node runs it: no bundler in between that would forgive what Node does not.
    experimental: { viteModuleRunner: false },
    globalSetup: './tests/support/place-in-memory.ts',
    pool: 'forks',
    // One more than the cores that are asked for: many a test waits for a platform or a browser.
    maxWorkers: long ? 2 : 3,
    // The longest test takes a minute and a half on two cores: who waits in vain is told so, on a machine that is five times slower, too.
    testTimeout: long ? 900_000 : 480_000,
    hookTimeout: 480_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './tests/support/summary-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'functions', include: functions, isolate: false } },
      { extends: true, test: { name: 'parts', include: tests, exclude: [...unseen, ...functions] } },
    ],
  },
});
