import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { flood } from './support/flood.ts';
import { expectUnharmed } from './support/flood-verdict.ts';

describe('2,000 connections that send as fast as they may for 60 s', () => {
  it('lose nothing that is acknowledged, and hold up no smoke alarm', async () => {
    using directory = temporaryDirectory();
    const report = await flood({
      dataDir: directory.path,
      connections: 2_000,
      seconds: 60,
      alarms: 100,
      say: (line) => process.stdout.write(`${line}\n`),
    });
    expectUnharmed(report);
    expect(report.acknowledged).toBeGreaterThan(50_000);
  });
});
