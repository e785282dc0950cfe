import { describe, expect, it } from 'vitest';
import { besiege } from '#tests/broker/hostile/siege.ts';
import { expectUnharmed, seed } from '#tests/broker/hostile/verdict.ts';

describe('20,000 mutated and hostile frames', () => {
  it('neither stop the broker nor an acknowledgement of another client, and leave nothing behind', async () => {
    const report = await besiege({ frames: 20_000, seed });
    expectUnharmed(report);
    expect(report.frames).toBeGreaterThanOrEqual(20_000);
  });
});
