import { expect, it } from 'vitest';
import { vitalsOf } from '#app/flows/process-vitals.ts';

const stat = `4711 (node (x) y) S 1 ${'0 '.repeat(9)}150 50 ${'0 '.repeat(20)}`;

it('counts what was swapped out as memory, too', () => {
  const status = 'Name:\tnode\nVmRSS:\t  102400 kB\nRssAnon:\t 1 kB\nVmSwap:\t  409600 kB\n';
  expect(vitalsOf(status, stat)).toEqual({ rssBytes: 512_000 * 1_024, cpuMs: 2_000 });
});

it('takes a system without swap, and a process that has ended', () => {
  expect(vitalsOf('VmRSS:\t  10 kB\n', stat)?.rssBytes).toBe(10 * 1_024);
  expect(vitalsOf('State:\tZ (zombie)\n', stat)).toBeNull();
});
