import type { SpectrumPoint } from '#device-sim/load/latencies.ts';
import type { LoadRun } from '#device-sim/load/load-run.ts';
import type { ColourName } from '#device-sim/load/report/colours.ts';
import { axisText, type Plot, type Points, plotOf } from '#device-sim/load/report/plot.ts';
import { count } from '#device-sim/load/report/words.ts';

const seconds = { type: 'value', min: 0, name: 's' } as const;
/** A log axis has no 0. */
const leastMs = 0.01;
const logMs = {
  type: 'log',
  axisLabel: { ...axisText, formatter: (ms: number) => (ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`) },
} as const;

/** Messages a second. */
function throughput({ load, options }: LoadRun): Plot {
  const points = (read: (second: LoadRun['load']['seconds'][number]) => number): Points =>
    load.seconds.map((second) => [second.elapsedS, read(second)]);
  return {
    title: 'Messages a second',
    about: `Sent and acknowledged in each second; ${count(load.perSecond)} acknowledged on average`,
    option: (isNarrow) =>
      plotOf({
        isNarrow,
        shadedTo: options.warmUpS,
        x: { ...seconds, max: endOf(load.seconds) },
        y: { type: 'value', min: 0, axisLabel: { ...axisText, formatter: count } },
        lines: [
          {
            name: 'acknowledged',
            colour: 'first',
            points: points(({ acknowledged, lengthS }) => acknowledged / lengthS),
            isFilled: true,
          },
          { name: 'sent', colour: 'second', points: points(({ lengthS, sent }) => sent / lengthS) },
        ],
      }),
  };
}

/** publish → PUBACK in each second. */
function latencies({ load, options }: LoadRun): Plot {
  const some = load.seconds.filter(({ puback }) => puback.count > 0);
  const points = (read: (of: LoadRun['load']['puback']) => number): Points =>
    some.map(({ elapsedS, puback }) => [elapsedS, Math.max(leastMs, read(puback))]);
  return {
    title: 'publish → PUBACK over time',
    about: 'Percentiles of the messages acknowledged in each second, from when they were due',
    option: (isNarrow) =>
      plotOf({
        isNarrow,
        shadedTo: options.warmUpS,
        x: { ...seconds, max: endOf(load.seconds) },
        y: logMs,
        lines: [
          { name: 'p50', colour: 'first', points: points(({ p50Ms }) => p50Ms) },
          { name: 'p90', colour: 'third', points: points(({ p90Ms }) => p90Ms) },
          { name: 'p99', colour: 'second', points: points(({ p99Ms }) => p99Ms) },
          { name: 'max', colour: 'fourth', points: points(({ maxMs }) => maxMs), areDots: true },
        ],
      }),
  };
}

/** publish → task in each second. */
function tasks({ options, witness }: LoadRun): readonly Plot[] {
  const some = (witness?.seconds ?? []).filter(({ task }) => task.count > 0);
  if (some.length === 0) return [];
  return [
    {
      title: 'publish → task over time',
      about: 'From when a smoke detector was due to sound to its task on the live stream',
      option: (isNarrow) =>
        plotOf({
          isNarrow,
          shadedTo: options.warmUpS,
          x: { ...seconds, max: endOf(some) },
          y: logMs,
          lines: [
            {
              name: 'p50',
              colour: 'first',
              points: some.map(({ elapsedS, task }) => [elapsedS, task.p50Ms]),
            },
            {
              name: 'max',
              colour: 'fourth',
              points: some.map(({ elapsedS, task }) => [elapsedS, task.maxMs]),
              areDots: true,
            },
          ],
        }),
    },
  ];
}

/** All percentiles at once; each step to the right is a tenth of the messages that were left. */
function spectra({ load, options, witness }: LoadRun): Plot {
  const curves: readonly { name: string; colour: ColourName; spectrum: readonly SpectrumPoint[] }[] = [
    ...(options.loop.kind === 'open'
      ? [
          { name: 'PUBACK', colour: 'first', spectrum: load.spectrum } as const,
          { name: 'PUBACK, uncorrected', colour: 'third', spectrum: load.serviceSpectrum } as const,
        ]
      : [{ name: 'PUBACK', colour: 'first', spectrum: load.serviceSpectrum } as const]),
    { name: 'task', colour: 'second', spectrum: witness?.spectrum ?? [] },
  ];
  return {
    title: 'Percentiles',
    about: 'How long the slowest tenth, hundredth, thousandth took',
    option: (isNarrow) =>
      plotOf({
        isNarrow,
        x: {
          type: 'log',
          axisLabel: { ...axisText, formatter: (odds: number) => String(percentileAt(odds)) },
          name: '%',
        },
        y: logMs,
        lines: curves
          .filter(({ spectrum }) => spectrum.length > 0)
          .map(({ colour, name, spectrum }) => ({ colour, name, points: spectrumPoints(spectrum) })),
      }),
  };
}

/** One in so many took longer: what a percentile is on a log axis. */
function spectrumPoints(spectrum: readonly SpectrumPoint[]): Points {
  const shown = spectrum.filter(({ percentile }) => percentile < 100);
  const odds = (percentile: number): number => 100 / (100 - percentile);
  const points = shown.map(({ ms, percentile }) => [odds(percentile), Math.max(leastMs, ms)] as const);
  const last = points.at(-1)?.[0] ?? 1;
  const greatest = spectrum.at(-1)?.ms ?? leastMs;
  return [...points, [last * 1.2, Math.max(leastMs, greatest)]];
}

const percentileAt = (odds: number): number => Number((100 - 100 / odds).toFixed(6));

const endOf = (of: readonly { readonly elapsedS: number }[]): number => Math.round(of.at(-1)?.elapsedS ?? 1);

/** The plots of a run, in the order in which they are read. */
export const plotsOf = (run: LoadRun): readonly Plot[] => [
  throughput(run),
  latencies(run),
  spectra(run),
  ...tasks(run),
];
