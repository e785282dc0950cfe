import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ticker } from '#app/ticker.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';

describe('the ticker', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function start(append: (at: EpochMs) => Promise<unknown>) {
    const ticker = new Ticker({
      clock: { now: () => epochMs(Date.now()) },
      append,
      onFailure: () => undefined,
    });
    ticker.start();
    return ticker;
  }

  it('writes a tick at the moment that the engine waits for', async () => {
    const ticks: number[] = [];
    const ticker = start(async (at) => ticks.push(at));
    ticker.wakeAt(epochMs(1_002_500));
    await vi.advanceTimersByTimeAsync(2_499);
    expect(ticks).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ticks).toEqual([1_002_500]);
    ticker.stop();
  });

  it('stays quiet when a record brought the time already, and writes once a minute when nothing does', async () => {
    const ticks: number[] = [];
    const ticker = start(async (at) => {
      ticks.push(at);
      ticker.sawRecord(at);
    });
    ticker.wakeAt(epochMs(1_002_500));
    vi.setSystemTime(1_002_600);
    ticker.sawRecord(epochMs(1_002_600));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(ticks).toEqual([]);
    await vi.advanceTimersByTimeAsync(140_000);
    expect(ticks).toHaveLength(2);
    ticker.stop();
  });

  it('tries a tick that the engine waits for again each second while it cannot be written', async () => {
    const ticks: number[] = [];
    let hasRoom = false;
    const ticker = start(async (at) => {
      if (!hasRoom) throw new Error('no room');
      ticks.push(at);
      ticker.sawRecord(at);
    });
    ticker.wakeAt(epochMs(1_002_500));
    await vi.advanceTimersByTimeAsync(7_000);
    hasRoom = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ticks).toEqual([1_007_500]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ticks).toHaveLength(1);
    ticker.stop();
  });

  it('goes on after a tick that could not be written', async () => {
    let attempts = 0;
    const ticker = start(async () => {
      attempts += 1;
      throw new Error('no room');
    });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(attempts).toBeGreaterThanOrEqual(3);
    ticker.stop();
  });

  it('writes within a minute after the clock was set back, and goes on every minute from there', async () => {
    const ticks: number[] = [];
    const ticker = start(async (at) => {
      ticks.push(at);
      ticker.sawRecord(at);
    });
    vi.setSystemTime(400_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ticks).toEqual([460_000]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(ticks).toEqual([460_000, 520_000, 580_000]);
    ticker.stop();
  });

  it('counts the minute from a record that was received after the clock was set back', async () => {
    const ticks: number[] = [];
    const ticker = start(async (at) => {
      ticks.push(at);
      ticker.sawRecord(at);
    });
    vi.setSystemTime(400_000);
    ticker.sawRecord(epochMs(400_000));
    await vi.advanceTimersByTimeAsync(180_000);
    expect(ticks).toEqual([460_000, 520_000, 580_000]);
    ticker.stop();
  });
});
