import { defineConfig } from 'vitest/config';

/** A run of two files, one of which never ends: tests/support/supervised-run.test.ts. */
export default defineConfig({
  test: {
    include: ['tests/support/standstill/*.example.ts'],
    pool: 'forks',
    maxWorkers: 2,
    experimental: { viteModuleRunner: false },
    reporters: ['./tests/support/summary-reporter.ts'],
  },
});
