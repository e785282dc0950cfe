import type { LoadRun } from '#device-sim/load/load-run.ts';
import {
  comparisonFigures,
  comparisonName,
  costRows,
  count,
  headingOf,
  latencyFigures,
  latencyHead,
  latencyRows,
  ms,
  onLatencies,
  percent,
  planOf,
  remainsOf,
  verdictWords,
} from '#device-sim/load/report/words.ts';

/** The report as Markdown whose tables are readable in a terminal, too. */
export function markdownReport(run: LoadRun): string {
  const { load, machine, witness } = run;
  const alarms = witness ? `, ${count(witness.sounded)} alarms, ${count(witness.task.count)} tasks` : '';
  return [
    `# ${headingOf(run)}`,
    `${run.at}, ${run.prefix}: ${planOf(run)}. ${machine.cores} cores (${machine.processor}), Node ${machine.node}.`,
    verdictOf(run),
    `${count(load.perSecond)} msg/s acknowledged; ${count(load.sent)} sent, ${count(load.acknowledged)} acknowledged, ${count(load.unacknowledged)} not, ${count(load.closed)} connections ended${alarms}.`,
    '## Latency, ms',
    latencyTable(run),
    latencyRows(run)
      .map(({ name, what }) => `- *${name}*: ${what}.`)
      .join('\n'),
    '## Against the platform’s own metrics',
    run.comparisons.length === 0
      ? 'It tells none that can be compared.'
      : `${agreementTable(run)}\n\n${onLatencies}`,
    '## What it cost',
    costTable(run),
    ...(load.spectrum.length === 0 ? [] : ['## Percentiles of publish → PUBACK', spectrumTable(run)]),
    remainsOf(run),
  ].join('\n\n');
}

/** All is well, or each thing that is not. */
export function verdictOf({ complaints, isCutShort }: LoadRun): string {
  const short = isCutShort ? ' (ended before its time)' : '';
  return complaints.length === 0
    ? `**Good**${short}: everything was acknowledged, and the platform counted what we counted.`
    : `**Not good**${short}: ${complaints.join('; ')}.`;
}

const latencyTable = (run: LoadRun): string =>
  table(
    ['', ...latencyHead],
    latencyRows(run).map(({ name, summary }) => [name, ...latencyFigures(summary)]),
  );

const agreementTable = ({ comparisons }: LoadRun): string =>
  table(
    ['', 'by us', 'by the platform', '%', ''],
    comparisons.map((of) => [
      comparisonName(of),
      ...comparisonFigures(of),
      percent(of.differencePercent),
      verdictWords[of.verdict],
    ]),
  );

const costTable = (run: LoadRun): string => table(['', ''], costRows(run));

const shownPercentiles = [
  50, 75, 87.5, 93.75, 96.875, 98.75, 99.375, 99.6875, 99.84375, 99.921875, 99.9609375,
];

function spectrumTable({ load }: LoadRun): string {
  const points = load.spectrum.filter(
    ({ above, percentile }) =>
      above === 0 || shownPercentiles.some((shown) => Math.abs(shown - percentile) < 1e-6),
  );
  const last = points.findIndex(({ above }) => above === 0);
  return table(
    ['%', 'ms', 'longer'],
    points
      .slice(0, last < 0 ? points.length : last + 1)
      .map(({ above, ms: value, percentile }) => [
        above === 0 ? '100' : String(Number(percentile.toFixed(5))),
        ms(value),
        count(above),
      ]),
  );
}

/** Columns padded, all but the first to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const isText = (column: number): boolean => column === 0 || (head[column] === '' && head.length > 2);
  const line = (row: readonly string[]): string =>
    `| ${widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return isText(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(' | ')} |`;
  const rule = widths.map((width, column) =>
    isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
