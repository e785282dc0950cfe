import { figuresOf } from '#tests/rules/habits/figures.ts';

/** `node tests/rules/habits/report.ts FIRST LAST [DAYS [TROUBLES]]`: the table of docs/habits.md, for lives of these seeds. */
const [first = 1, last = 40, days = 42, troubles = 15] = process.argv.slice(2).map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);
const { weeks, early, falseAlarms, troubles: found, afterRising } = figuresOf(seeds, days, troubles);
process.stdout.write(
  `${seeds.length} persons, ${Math.round(weeks)} weeks after the first; before: ${early.join(' ')}\n`,
);
for (const [rule, perWeek] of Object.entries(falseAlarms))
  process.stdout.write(`${rule} ${perWeek.toFixed(3)} a week\n`);
for (const [trouble, each] of Object.entries({ ...found, afterRising }))
  process.stdout.write(
    `${trouble} ${each.found} of ${each.planted}; ${each.median} h, ${each.fourOfFive} h\n`,
  );
