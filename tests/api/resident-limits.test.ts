import { describe, expect, it } from 'vitest';
import { ResidentLimits } from '#api/reports/resident-limits.ts';
import { type EpochMs, epochMs, hour, minute, plus } from '#model/brand.ts';

class StandingClock {
  at: EpochMs = epochMs(1_800_000_000_000);
  now = (): EpochMs => this.at;
}

const limits = (clock: StandingClock) =>
  new ResidentLimits({ clock, reportsOfAddress: 4, reportsAboutPlace: 6 });
const refused = (act: () => void): boolean => {
  try {
    act();
    return false;
  } catch {
    return true;
  }
};

describe('what may come in without an account', () => {
  it('is let in again bit by bit, not all at once', () => {
    const clock = new StandingClock();
    const gate = limits(clock);
    for (let n = 0; n < 4; n++) gate.report('198.51.100.1', `b${n}`);
    expect(refused(() => gate.report('198.51.100.1', 'b9'))).toBe(true);
    clock.at = plus(clock.at, 15 * minute);
    gate.report('198.51.100.1', 'b9');
    expect(refused(() => gate.report('198.51.100.1', 'b9'))).toBe(true);
    // A clock that is set back keeps nobody out for longer.
    clock.at = epochMs(clock.at - 10 * hour);
    clock.at = plus(clock.at, 15 * minute);
    expect(refused(() => gate.report('198.51.100.1', 'b9'))).toBe(true);
    clock.at = plus(clock.at, 15 * minute);
    gate.report('198.51.100.1', 'b9');
  });

  it('counts all addresses of one home in IPv6 as one', () => {
    const gate = limits(new StandingClock());
    for (let n = 0; n < 4; n++) gate.report(`2001:db8:1:2:${n}::1`, `b${n}`);
    expect(refused(() => gate.report('2001:db8:1:2:ffff::9', 'b9'))).toBe(true);
    gate.report('2001:db8:1:3::1', 'b9');
  });

  it('gives who guesses codes thirty misses, and counts no hit', () => {
    const clock = new StandingClock();
    const gate = limits(clock);
    for (let n = 0; n < 100; n++) gate.guess('198.51.100.1');
    for (let n = 0; n < 30; n++) gate.missed('198.51.100.1');
    expect(refused(() => gate.guess('198.51.100.1'))).toBe(true);
    gate.guess('198.51.100.2');
    clock.at = plus(clock.at, 2 * minute);
    gate.guess('198.51.100.1');
  });

  it('is remembered of so many addresses at most', () => {
    const gate = limits(new StandingClock());
    for (let n = 0; n < 4; n++) gate.photo('198.51.100.1');
    for (let n = 0; n < 30_000; n++) gate.missed(`10.0.${n >> 8}.${n & 255}`);
    gate.guess('10.0.0.1');
  });
});
