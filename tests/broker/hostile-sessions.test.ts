import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { emptyModel, type Real, sessionCommands } from '#tests/broker/hostile/session-model.ts';
import { seed } from '#tests/broker/hostile/verdict.ts';
import { startTestBroker } from '#tests/broker/support/broker-under-test.ts';
import { fc } from '#tests/support/properties.ts';

/** Longer than an acknowledgement that does not wait would take to arrive. */
async function diskTakesItsTime(): Promise<void> {
  for (let turns = 0; turns < 30; turns++) await turn();
}

describe('whatever a device with two client ids does in whatever order', () => {
  it('is acknowledged when it stands in the inbox, and presence and sessions follow it', async () => {
    await fc.assert(
      fc.asyncProperty(sessionCommands, async (commands) => {
        await using test = await startTestBroker();
        test.inbox.before = diskTakesItsTime;
        const real: Real = { broker: test.broker, inbox: test.inbox, clients: new Map() };
        try {
          await fc.asyncModelRun(() => ({ model: emptyModel(), real }), commands);
        } finally {
          for (const client of real.clients.values()) client[Symbol.dispose]();
        }
      }),
      { numRuns: 150, seed },
    );
  });
});
