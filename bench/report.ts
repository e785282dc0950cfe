import { table } from '#cli/table.ts';
import type { Figure } from './benchmark.ts';
import type { Machine } from './machine.ts';
import { compare, type Spread, spreadOf, type Verdict } from './statistics.ts';

export interface SummedFigure extends Omit<Figure, 'value'> {
  readonly spread: Spread;
  /** In the order of the repeats. */
  readonly values: readonly number[];
}

export interface SubjectReport {
  readonly label: string;
  readonly figures: readonly SummedFigure[];
}

export interface BenchReport {
  readonly benchmark: string;
  readonly options: Readonly<Record<string, number>>;
  readonly repeats: number;
  readonly machine: Machine;
  /** The first is ours. */
  readonly subjects: readonly SubjectReport[];
}

/** Repeats of one subject, figure by figure; one that a repeat does not have is summed over the others. */
export function summed(label: string, repeats: readonly (readonly Figure[])[]): SubjectReport {
  const byName = new Map<string, { figure: Figure; values: number[] }>();
  for (const figure of repeats.flat()) {
    const key = `${figure.part}\n${figure.name}`;
    const found = byName.get(key) ?? { figure, values: [] };
    found.values.push(figure.value);
    byName.set(key, found);
  }
  const figures = [...byName.values()].map(({ figure: { better, name, part, unit }, values }) => {
    return { part, name, unit, better, spread: spreadOf(values), values };
  });
  return { label, figures };
}

/** A table a report: with something to compare with, ratios come first. */
export function reportTable({ subjects }: BenchReport): string {
  const [ours, ...others] = subjects;
  if (!ours) return '';
  const names = [
    'part',
    'figure',
    ...others.flatMap(({ label }) => [`ours / ${label}`, 'verdict']),
    ...subjects.map(({ label }) => label),
    'unit',
  ];
  const rows = ours.figures.map((figure, index) => {
    const theirs = others.map((other) => counterpart(other, figure));
    return [
      ours.figures[index - 1]?.part === figure.part ? '' : figure.part,
      figure.name,
      ...theirs.flatMap((their) => (their ? ratio(figure, their) : ['', ''])),
      spreadText(figure.spread),
      ...theirs.map((their) => (their ? spreadText(their.spread) : '')),
      figure.unit,
    ];
  });
  return table(names, rows);
}

const counterpart = (report: SubjectReport, { name, part }: SummedFigure): SummedFigure | undefined =>
  report.figures.find((figure) => figure.part === part && figure.name === name);

function ratio(ours: SummedFigure, theirs: SummedFigure): [string, Verdict | ''] {
  if (theirs.spread.median === 0) return ['', ours.spread.median === 0 ? '' : verdict(ours, theirs)];
  return [(ours.spread.median / theirs.spread.median).toFixed(2), verdict(ours, theirs)];
}

const verdict = (ours: SummedFigure, theirs: SummedFigure): Verdict =>
  compare(ours.spread, theirs.spread, ours.better);

/** `median (min–max)`; the median alone when all repeats agree. */
function spreadText({ max, median, min }: Spread): string {
  const [middle, low, high] = [median, min, max].map(digits);
  return low === high ? `${middle}` : `${middle} (${low}–${high})`;
}

/** Three digits say all that such a machine can. */
function digits(value: number): string {
  if (value === 0 || Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  return value.toLocaleString('en', { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 });
}
