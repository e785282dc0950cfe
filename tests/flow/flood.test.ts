import { describe, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { flood } from './support/flood.ts';
import { expectUnharmed } from './support/flood-verdict.ts';

describe('200 connections that send as fast as they may', () => {
  it('lose nothing that is acknowledged, and hold up no smoke alarm', async () => {
    using directory = temporaryDirectory();
    expectUnharmed(
      await flood({
        dataDir: directory.path,
        connections: 200,
        seconds: 5,
        alarms: 10,
        say: (line) => process.stdout.write(`${line}\n`),
      }),
    );
  });
});
