import { expect, it } from 'vitest';
import type { Platform } from '#device-sim/platform/platform.ts';
import { newAlarmCounter } from '#device-sim/run/alarms-seen.ts';
import { epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

const minuteMs = 60_000;
const start = epochMs(Date.UTC(2026, 0, 5));

it('counts every alarm once, and reads those of the last minutes only', async () => {
  const alarms: { readonly id: string; readonly startedAt: string }[] = [];
  const read: number[] = [];
  const raise = (id: string, minutes: number): void => {
    alarms.push({ id, startedAt: iso(epochMs(start + minutes * minuteMs)) });
  };
  const platform: Platform = {
    host: '127.0.0.1',
    request: () => Promise.reject(new Error('not asked')),
    call: async (_method, path) => {
      const from = new URL(path, 'http://localhost').searchParams.get('from') ?? '';
      const items = alarms.filter(({ startedAt }) => Date.parse(startedAt) >= Date.parse(from));
      read.push(items.length);
      return { items, next: null };
    },
  };
  const count = newAlarmCounter(platform, start);
  for (let n = 0; n < 100; n += 1) raise(`a-${n}`, n);
  expect(await count()).toBe(100);
  raise('told late', 95);
  raise('new', 101);
  expect(await count()).toBe(102);
  expect(await count()).toBe(102);
  expect(read[0]).toBe(100);
  expect(read[2]).toBeLessThan(20);
});
