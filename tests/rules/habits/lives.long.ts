import { expect, it } from 'vitest';
import { figuresOf } from '#tests/rules/habits/figures.ts';

it('holds for 200 months of 150 persons: what docs/habits.md says', () => {
  const seeds = Array.from({ length: 150 }, (_, index) => 1_001 + index);
  const figures = figuresOf(seeds, 42, 12);
  process.stdout.write(`${JSON.stringify({ ...figures, early: figures.early.length })}\n`);
  const { collapse, 'stays-away': away } = figures.troubles;
  // A pet may be all that moves.
  expect((collapse?.found ?? 0) / (collapse?.planted ?? 1)).toBeGreaterThan(0.98);
  expect(away?.found).toBe(away?.planted);
  expect(collapse?.median).toBeLessThan(5);
  expect(figures.afterRising.median).toBeLessThan(3);
  for (const [rule, perWeek] of Object.entries(figures.falseAlarms)) expect(perWeek, rule).toBeLessThan(0.2);
  const plain = new Set(['no-sign-of-life', 'away-too-long']);
  expect(figures.early.filter((rule) => !plain.has(rule))).toEqual([]);
});
