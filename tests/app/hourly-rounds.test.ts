import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HourlyRounds } from '#app/hourly-rounds.ts';
import { hour } from '#model/brand.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('looks at once and each hour, never twice at a time, and not after it was stopped', async () => {
  const under = { way: 0, most: 0, looks: 0 };
  let done = Promise.withResolvers<void>();
  const rounds = new HourlyRounds({
    look: async () => {
      under.looks += 1;
      under.most = Math.max(under.most, ++under.way);
      await done.promise;
      under.way -= 1;
    },
  });
  expect(under.looks).toBe(1);
  await vi.advanceTimersByTimeAsync(2 * hour);
  // The first one still looks: the others wait for it.
  expect(under.looks).toBe(1);
  done.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(under.looks).toBe(3);

  done = Promise.withResolvers<void>();
  await vi.advanceTimersByTimeAsync(hour);
  expect(under.looks).toBe(4);
  let isStopped = false;
  const stopping = rounds.stop().then(() => {
    isStopped = true;
  });
  await vi.advanceTimersByTimeAsync(hour);
  expect(isStopped).toBe(false);
  done.resolve();
  await stopping;
  expect(under).toMatchObject({ looks: 4, most: 1 });
});
