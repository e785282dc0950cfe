import { defineConfig } from 'vitest/config';

/** Of files that end or not: tests/support/supervised-run.test.ts. */
export default defineConfig({
  test: {
    include: ['tests/support/standstill/*.example.ts'],
    pool: 'forks',
    maxWorkers: 2,
    experimental: { viteModuleRunner: false },
    reporters: ['./tests/support/summary-reporter.ts'],
  },
});
