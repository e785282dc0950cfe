import { describe, expect, it } from 'vitest';
import { asItWasSaid } from '#device-sim/demo/mis-speaking.ts';
import { opening, Programme } from '#device-sim/demo/programme.ts';
import { day, type EpochMs, hour, minute, plus } from '#model/brand.ts';
import { demoCommunity, monday } from '#tests/device-sim/support/communities.ts';

const now = plus(monday, 8 * day + 10 * hour);
const weekBefore = (at: EpochMs, seed = 7): Programme =>
  new Programme({ community: demoCommunity, seed, from: plus(at, -7 * day), now: at });

describe('the programme of the demo', () => {
  it('is a week of at most 250,000 messages with stories on most days', () => {
    const { world } = weekBefore(now);
    let messages = 0;
    let held = 0;
    for (const second of world.seconds({ from: plus(now, -7 * day), to: now })) {
      messages += second.messages.length;
      for (const message of second.messages) if (asItWasSaid(message, now) !== message) held += 1;
    }
    expect(messages).toBeGreaterThan(50_000);
    expect(messages).toBeLessThanOrEqual(250_000);
    expect(held).toBeGreaterThan(30);
    expect(held).toBeLessThan(50);
    expect(world.expected.length).toBeGreaterThan(12);
    const days = new Set(world.expected.map(({ from }) => Math.floor((from - monday) / day)));
    expect(days.size).toBeGreaterThanOrEqual(6);
    expect(new Set(world.expected.map(({ rule }) => rule))).toEqual(
      new Set([
        'smoke-alarm',
        'detector-test',
        'smoke-with-heat',
        'heat-rising',
        'fall-confirmed',
        'sos-pressed',
        'water-leak',
        'unit-door-left-open',
        'device-silent',
      ]),
    );
  });

  it('fits at every hour at which somebody may begin it', () => {
    for (let at = now; at < plus(now, day); at = plus(at, 61 * minute)) {
      const programme = weekBefore(at, at % 1_000);
      programme.open(at);
      for (let next = at, told = 0; told < 30; told++) next = programme.goOn(next);
    }
  });

  it('begins its present with smoke and a fall within a minute', () => {
    const programme = weekBefore(now);
    programme.open(now);
    // The heat that comes after the smoke takes a little longer.
    const first = programme.world.expected.filter(({ from, rule }) => from >= now && !rule.includes('heat'));
    expect(first.map(({ key }) => key)).toEqual([opening.smoke.device, opening.fall.device]);
    for (const { to } of first) expect(to - now).toBeLessThan(minute);
  });

  it('goes on with a story every few minutes, the same for the same seed', () => {
    const tell = (seed: number): readonly string[] => {
      const programme = weekBefore(now, seed);
      programme.open(now);
      for (let next = plus(now, 4 * minute), told = 0; told < 12; told++) {
        const later = programme.goOn(next);
        expect(later - next).toBeGreaterThan(2 * minute);
        expect(later - next).toBeLessThan(5 * minute);
        next = later;
      }
      return programme.world.expected
        .filter(({ from }) => from > now)
        .map(({ key, from }) => `${from} ${key}`);
    };
    expect(tell(7)).toEqual(tell(7));
    expect(tell(7)).not.toEqual(tell(8));
    expect(tell(7).length).toBeGreaterThan(10);
  });

  it('leaves the first smoke to the visitor, and one task of the past to who verifies', () => {
    const programme = weekBefore(now);
    programme.open(now);
    const ordersOf = (key: string, rule: string, at: EpochMs) =>
      programme.ordersFor({
        id: 't',
        version: 1,
        state: 'dispatched',
        category: 'fire',
        rule,
        key,
        place: 'b3-0502',
        assignee: null,
        alarms: [],
        createdAt: new Date(at).toISOString(),
        dispatchedAt: null,
        history: [],
      });
    const { smoke } = opening;
    expect(ordersOf(smoke.device, 'smoke-alarm', plus(now, smoke.afterMs))).toEqual({ waitMs: 5 * minute });
    expect(ordersOf(smoke.device, 'smoke-alarm', plus(now, hour))).toEqual({});
    const waiting = programme.world.expected.find(({ key }) => key === 'smoke-b2-0201');
    expect(ordersOf('smoke-b2-0201', 'smoke-alarm', waiting?.from ?? now)).toEqual({ leave: 'close' });
  });
});
