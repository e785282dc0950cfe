import { describe, expect, it } from 'vitest';
import { newPace, type PaceOptions } from '#device-sim/pace.ts';
import { epochMs } from '#model/brand.ts';

/** A pace on a clock of the test's own: waiting moves it on. */
async function sendAll(options: Pick<PaceOptions, 'speed' | 'rate' | 'shiftTo'>, times: readonly number[]) {
  let now = 5_000;
  const pace = newPace({
    ...options,
    elapsed: () => now,
    wait: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  });
  const sent: [at: number, ts: number][] = [];
  for (const at of times) {
    const ts = await pace.next(epochMs(at));
    sent.push([now - 5_000, ts]);
  }
  return sent;
}

describe('the pace of a replay', () => {
  it('at speed 1 is that of the recording', async () => {
    expect(await sendAll({ speed: 'recorded' }, [100, 1_100, 1_100, 4_100])).toEqual([
      [0, 100],
      [1_000, 1_100],
      [1_000, 1_100],
      [4_000, 4_100],
    ]);
  });

  it('at the highest speed waits for nothing', async () => {
    expect(await sendAll({ speed: 'max' }, [100, 90_000])).toEqual([
      [0, 100],
      [0, 90_000],
    ]);
  });

  it('keeps to a rate', async () => {
    const sent = await sendAll({ speed: 'max', rate: 4 }, [1, 2, 3, 4]);
    expect(sent.map(([at]) => at)).toEqual([0, 250, 500, 750]);
  });

  it('moves the first time to now and keeps the steps', async () => {
    const sent = await sendAll({ speed: 'recorded', shiftTo: epochMs(1_000_000) }, [100, 1_100, 600]);
    expect(sent).toEqual([
      [0, 1_000_000],
      [1_000, 1_001_000],
      [1_000, 1_000_500],
    ]);
  });
});
