import { describe, expect, it } from 'vitest';
import { scenarioNames } from '#device-sim/scenarios/library.ts';
import { stopwatch } from '#model/clock.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { simulatedAfresh } from './simulated.ts';

/** Every story of the library once, at a moment of the day that the seed chooses. */
const day = ['--devices', '500', '--seed', '7', ...scenarioNames().flatMap((name) => ['--scenario', name])];

describe('a day of 500 devices', () => {
  it('plays in ten minutes, twice the same, with the alarms that its scenarios announce and no other', async () => {
    using one = temporaryDirectory();
    using other = temporaryDirectory();
    const began = stopwatch();
    const first = await simulatedAfresh(one.path, [...day, '--json']);
    expect((stopwatch() - began) / 60_000).toBeLessThanOrEqual(10);
    expect(first.err).toBe('');
    const summary = JSON.parse(first.out) as {
      devices: number;
      messages: number;
      acknowledged: number;
      quarantined: { injected: number; platform: number };
      alarms: { announced: number; came: number };
    };
    expect(summary).toMatchObject({ devices: 500, quarantined: { injected: 0, platform: 0 } });
    expect(summary.acknowledged).toBe(summary.messages);
    expect(summary.messages).toBeGreaterThan(100_000);
    expect(summary.alarms).toMatchObject({ missing: [], unannounced: [], withoutTask: [] });
    expect(summary.alarms.announced).toBeGreaterThan(4);
    expect(first.code).toBe(0);
    const second = await simulatedAfresh(other.path, day);
    expect(second.log).toBe(first.log);
    expect(second.alarms).toEqual(first.alarms);
    expect(second.tasks).toEqual(first.tasks);
  }, 1_500_000);
});
