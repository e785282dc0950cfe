import type { Report } from '#api/report/report.ts';
import { ReportText } from '#api/report/report-text.ts';
import { reportWords } from '#api/report/report-words.ts';
import type { Language } from '#api/views/task-view.ts';
import { severities } from '#model/alarm.ts';
import { inLanguage, type LocalText } from '#model/text.ts';

export type Cell = string | number | null;
/** A table with its head; what a spreadsheet and a CSV file are made of. */
export interface Sheet {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const columns = [
  'reported',
  'filed',
  'due',
  'closedOfDue',
  'inTime',
  'closed',
  'open',
  'overdue',
  'rated',
] as const;

/** The report as tables; numbers stay numbers. */
export function sheetsOf(report: Report, language: Language): readonly Sheet[] {
  const words = reportWords(language);
  const text = new ReportText(language, report.timezone);
  const nameOf = (id: string): string =>
    [...report.counts, ...report.shares, report.ratings].find((each) => each.id === id)?.name[language] ?? id;
  const ruleName = ({ id, name }: { readonly id: string; readonly name: LocalText | null }): string =>
    name === null ? id : inLanguage(name, language);
  const groups = (name: string, first: string, items: Report['categories']): Sheet => ({
    name,
    head: ['id', first, ...[...columns, 'closeRate', 'inTimeRate', 'meanRating', 'ratedLowRate'].map(nameOf)],
    rows: items.map((item) => [
      item.id,
      inLanguage(item.name, language),
      ...columns.map((id) => item[id]),
      item.closeRate,
      item.inTimeRate,
      item.meanRating,
      item.ratedLowRate,
    ]),
  });
  return [
    {
      name: words.figures,
      head: ['id', words.figure, words.value, words.before, words.meanings],
      rows: [...report.counts, ...report.shares, { ...report.ratings, value: report.ratings.mean }].map(
        ({ id, means, name, previous, value }) => [id, name[language], value, previous, means[language]],
      ),
    },
    {
      name: words.times,
      head: [
        'id',
        words.time,
        words.mean,
        words.median,
        words.p90,
        words.longest,
        words.measured,
        words.meanings,
      ],
      rows: report.durations.map(({ id, longest, mean, means, median, name, of, p90 }) => [
        id,
        name[language],
        mean,
        median,
        p90,
        longest,
        of,
        means[language],
      ]),
    },
    groups(words.categories, words.category, report.categories),
    groups(words.parts, words.part, report.parts),
    {
      name: words.days,
      head: [words.day, words.came, words.done],
      rows: report.days.map(({ closed, from, reported }) => [text.day(from), reported, closed]),
    },
    {
      name: words.alarms,
      head: ['id', words.severity, words.alarms],
      rows: severities.map((each) => [each, words[each], report.alarms[each].count]),
    },
    {
      name: words.rules,
      head: [
        'id',
        words.rule,
        words.alarms,
        words.judged,
        words.genuine,
        words.genuineShare,
        words.tasks,
        words.minutes,
      ],
      rows: report.rules.items.map((rule) => [
        rule.id,
        ruleName(rule),
        rule.alarms,
        rule.judged,
        rule.genuine,
        rule.genuineShare,
        rule.tasks,
        rule.minutes,
      ]),
    },
    {
      name: words.unused,
      head: ['id', words.rule],
      rows: report.rules.unused.map((rule) => [rule.id, ruleName(rule)]),
    },
  ];
}

/** Who, when and where, above everything else. */
export function sheetTitle(report: Report, language: Language): readonly (readonly Cell[])[] {
  const text = new ReportText(language, report.timezone);
  const words = reportWords(language);
  return [
    [text.title(report)],
    [text.period(report), text.where(report)],
    [words.made, text.moment(report.madeAt), report.timezone],
    ...(report.isOver ? [] : [[words.running]]),
  ];
}
