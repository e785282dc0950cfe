import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What is compiled once is not compiled again by each of the hundreds of processes: docs/decisions/131.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/gridbell', import.meta.url));

const long = process.env['GRIDBELL_TEST_LONG'] === '1';

export default defineConfig({
  test: {
    include: long ? ['tests/**/*.long.ts'] : ['tests/**/*.test.ts'],
    exclude: ['node_modules/**', 'data/**'],
    // Code runs as Node runs it: no bundler in between that would forgive what Node does not.
    experimental: { viteModuleRunner: false },
    globalSetup: './tests/support/place-in-memory.ts',
    pool: 'forks',
    // One more than the cores that are asked for: many a test waits for a platform or a browser.
    maxWorkers: long ? 2 : 3,
    testTimeout: long ? 900_000 : 120_000,
    hookTimeout: 60_000,
    // A second is short for a file that opens beside a browser; who waits in vain is told by it all the same.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', './tests/support/summary-reporter.ts'],
  },
});
