import { expect, it } from 'vitest';
import { InFlight } from '#broker/commands/in-flight.ts';

it('message ids are not given again for as long as can be', () => {
  const inFlight = new InFlight();
  const given = new Set<number>();
  for (let n = 0; n < 65_535; n++) {
    const id = inFlight.take(`c-${n}`);
    expect(inFlight.take(`c-${n}`)).toBe(id);
    given.add(id);
    if (n % 3 === 0) expect(inFlight.settle(id)).toBe(`c-${n}`);
    if (n % 1_000 === 0) inFlight.endRepeats();
  }
  expect(given.size).toBe(65_535);
  expect([Math.min(...given), Math.max(...given)]).toEqual([1, 65_535]);
  expect(inFlight.settle(0)).toBeUndefined();
});

it('message ids begin anywhere, so that those of a session that was lost name nothing', () => {
  const first = new Set(Array.from({ length: 20 }, () => new InFlight().take('c-1')));
  expect(first.size).toBeGreaterThan(15);
});

it('what was in flight before the repeats ended is settled, and is no repeat', () => {
  const inFlight = new InFlight();
  const before = inFlight.take('c-1');
  inFlight.endRepeats();
  expect(inFlight.has('c-1')).toBe(false);
  const after = inFlight.take('c-1');
  expect(after).not.toBe(before);
  expect([inFlight.settle(before), inFlight.settle(before), inFlight.settle(after)]).toEqual([
    'c-1',
    undefined,
    'c-1',
  ]);
});

it('of what is never acknowledged the newest 1,000 are known', () => {
  const inFlight = new InFlight();
  for (let n = 0; n <= 1_000; n++) inFlight.take(`c-${n}`);
  expect([inFlight.has('c-0'), inFlight.has('c-1')]).toEqual([false, true]);
});
