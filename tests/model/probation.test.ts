import { expect, it } from 'vitest';
import { day, epochMs, minute, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { holdOf, isUnclaimed } from '#model/probation.ts';

const now = epochMs(Date.parse('2026-03-04T10:00:00Z'));
const until = (ms: number) => ({ kind: 'door', probationUntil: iso(plus(now, ms)) });

it('what is on probation is held back until it ends, and what nobody has claimed for as long as that is so', () => {
  expect(holdOf(until(1), now)).toBe('probation');
  expect(holdOf(until(0), now)).toBeNull();
  expect(holdOf({ kind: 'door' }, now)).toBeNull();
  expect(holdOf({ ...until(-1), unclaimed: true }, now)).toBe('unclaimed');
});

it('a kind of life safety is never held back', () => {
  expect(holdOf({ ...until(day), kind: 'smoke-detector', unclaimed: true }, now)).toBeNull();
  expect(holdOf({ ...until(day), kind: 'sos-button' }, now)).toBeNull();
});

it('an end that a wrong clock set holds nothing back: it is further ahead than probation lasts', () => {
  expect(holdOf(until(day + minute), now)).toBe('probation');
  expect(holdOf(until(400 * day), now)).toBeNull();
});

it('what is out of use waits for nobody to claim it', () => {
  expect(isUnclaimed({ unclaimed: true })).toBe(true);
  expect(isUnclaimed({ unclaimed: true, retired: iso(now) })).toBe(false);
  expect(isUnclaimed({})).toBe(false);
});
