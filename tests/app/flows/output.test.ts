import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { FlowsLog } from '#app/flows/flows-log.ts';
import { PacedLines } from '#app/flows/paced-lines.ts';
import { epochMs } from '#model/brand.ts';

const clock = { now: () => epochMs(1_000) };
const log = () => ({ debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() });
const line = (level: string, text: string) => JSON.stringify({ level, text });

it('lines are cut at what is bearable, and reading stops where somebody writes without end', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  let floods = 0;
  new PacedLines(stream, {
    onLine: (each) => lines.push(each),
    onFlood: () => {
      floods += 1;
    },
  });
  stream.write(`first\n${'x'.repeat(10_000)}\nthird`);
  await expect.poll(() => lines).toEqual(['first', 'x'.repeat(8_192)]);
  stream.write(` goes on\n${'y'.repeat(40_000)}\n`);
  await expect.poll(() => floods).toBe(1);
  expect(stream.isPaused()).toBe(true);
  // Its turn comes again, and nothing was lost on the way.
  stream.end('last\n');
  await expect.poll(() => lines.at(-1)).toBe('last');
  expect(lines[2]).toBe('third goes on');
});

it('complaints are kept and told, at a pace; what flows print otherwise stays in the debug log', () => {
  const told = log();
  const flows = new FlowsLog(told, clock);
  flows.take('a line of some package');
  flows.take(line('info', 'Started flows'));
  expect(told.debug).toHaveBeenCalledTimes(2);
  for (let index = 0; index < 200; index += 1) flows.take(line('error', `no ${index}`));
  flows.take(line('warn', 'the last'));
  // A burst of thirty; a slow machine may have refilled some.
  expect(told.error.mock.calls.length).toBeLessThan(60);
  expect(told.error.mock.calls.length).toBeGreaterThanOrEqual(30);
  expect(flows.complaints).toHaveLength(50);
  expect(flows.complaints[0]).toEqual({ level: 'warn', text: 'the last', at: 1_000 });
});

it.each([
  '{"level":"error"}',
  '{"level":"evil","text":"x"}',
  '{"level":"error","text":"x","node":{"id":1}}',
  '[]',
  'null',
])('a line that only looks like ours is text: %s', (text) => {
  const told = log();
  const flows = new FlowsLog(told, clock);
  flows.take(text);
  expect(flows.complaints).toEqual([]);
  expect(told.debug).toHaveBeenCalledWith({ text }, 'flows say');
});
