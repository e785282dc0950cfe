import { describe, expect, it } from 'vitest';
import { figuresOf } from '#tests/rules/habits/figures.ts';

/** Twenty months of fifteen persons; the long test has ten times as many. The bounds are wide: chance is large here. */
describe('the rules on persons living alone, on lives made by chance', () => {
  const figures = figuresOf(
    Array.from({ length: 15 }, (_, index) => 201 + index),
    42,
    8,
  );

  it('find a collapse by day within hours, and by night in the morning', () => {
    const { collapse, 'collapse-at-night': night } = figures.troubles;
    expect(collapse?.planted).toBeGreaterThan(20);
    expect((collapse?.found ?? 0) / (collapse?.planted ?? 1)).toBeGreaterThan(0.85);
    expect(collapse?.median).toBeLessThan(4.6);
    expect(night?.median).toBeLessThan(12);
  });

  it('find who does not get up within two hours of the latest usual time, in the middle', () => {
    expect(figures.afterRising.found).toBe(figures.afterRising.planted);
    expect(figures.afterRising.median).toBeLessThan(3);
  });

  it('find who stays away', () => {
    const away = figures.troubles['stays-away'];
    expect(away?.found).toBe(away?.planted);
  });

  it('call in vain less than once in a month and person, each', () => {
    for (const [rule, perWeek] of Object.entries(figures.falseAlarms))
      expect(perWeek, rule).toBeLessThan(0.25);
    expect(figures.falseAlarms['no-sign-of-life']).toBeLessThan(0.18);
  });

  it('say nothing in the first days but that half a day was silent, or a whole one spent away', () => {
    const plain = new Set(['no-sign-of-life', 'away-too-long']);
    expect(figures.early.filter((rule) => !plain.has(rule))).toEqual([]);
    expect(figures.early.length / 15).toBeLessThan(0.5);
  });
});
