import type { Report } from '#api/report/report.ts';
import { ReportText } from '#api/report/report-text.ts';
import { reportWords } from '#api/report/report-words.ts';
import type { Language } from '#api/views/task-view.ts';

/** What fits into a message beside its title. */
const shownCounts = ['reported', 'closed', 'due', 'open', 'overdue'] as const;
const shownTimes = ['acceptTime', 'handleTime'] as const;

/**
 * A report as a few plain lines, for an e-mail or a group: title, period, the figures that one looks at first with those
 * of the period before. At most 2,000 characters.
 */
export function reportText(report: Report, language: Language): string {
  const text = new ReportText(language, report.timezone);
  const words = reportWords(language);
  const colon = language === 'zh' ? '：' : ': ';
  const line = (name: string, value: string, previous: string): string =>
    language === 'zh'
      ? `${name}${colon}${value}（${words.before} ${previous}）`
      : `${name}${colon}${value} (${words.before} ${previous})`;
  const counts = report.counts
    .filter(({ id }) => shownCounts.some((each) => each === id))
    .map(({ name, previous, value }) => line(name[language], text.number(value), text.number(previous)));
  const shares = report.shares.map(({ name, previous, value }) =>
    line(name[language], text.percent(value), text.percent(previous)),
  );
  const times = report.durations
    .filter(({ id }) => shownTimes.some((each) => each === id))
    .map(({ mean, name, previous }) =>
      line(`${name[language]} (min)`, text.number(mean, 2), text.number(previous, 2)),
    );
  return [
    text.title(report),
    `${text.period(report)} · ${text.where(report)}`,
    ...(report.isOver ? [] : [words.running]),
    '',
    ...counts,
    ...shares,
    line(
      report.ratings.name[language],
      text.number(report.ratings.mean, 2),
      text.number(report.ratings.previous, 2),
    ),
    ...times,
    `${words.alarms}${colon}${text.number(report.alarms.total)}`,
    '',
  ]
    .join('\n')
    .slice(0, 2_000);
}
