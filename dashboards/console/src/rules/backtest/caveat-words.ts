import type { BacktestView } from './use-backtest.ts';

interface Speech {
  t(key: string, values?: Readonly<Record<string, string>>): string;
  dayTime(at: string): string;
  span(ms: number): string;
}

/** What has to be known beside the figures, in the person's language. */
export function caveatWords(
  { caveats, compared, data, endedAt, from }: BacktestView,
  { dayTime, span, t }: Speech,
): readonly string[] {
  const values = {
    since: data.since === null ? '–' : dayTime(data.since),
    wanted: span(data.warmUpSeconds * 1_000),
    heard: span(Date.parse(from) - Date.parse(data.heardFrom)),
    ended: dayTime(endedAt),
  };
  return caveats
    .filter(({ code }) => compared !== null || (code !== 'rule-changed' && code !== 'rule-younger'))
    .map(({ code }) => t(`backtest.caveat-${code}`, values));
}
