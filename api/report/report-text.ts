import { DateTime } from 'luxon';
import type { Report } from '#api/report/report.ts';
import { reportWords } from '#api/report/report-words.ts';
import type { Language } from '#api/views/task-view.ts';
import { inLanguage } from '#model/text.ts';

const locales = { zh: 'zh-CN', en: 'en-GB' } as const;

/** Numbers, times and titles as a reader of this language writes them. */
export class ReportText {
  readonly language: Language;
  readonly #timezone: string;

  constructor(language: Language, timezone: string) {
    this.language = language;
    this.#timezone = timezone;
  }

  number(value: number | null, digits = 0): string {
    if (value === null) return '—';
    return value.toLocaleString(locales[this.language], {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }
  percent(value: number | null): string {
    return value === null ? '—' : `${this.number(value, 2)} %`;
  }
  day(iso: string): string {
    return this.#time(iso, this.language === 'zh' ? 'yyyy年M月d日' : 'd MMM yyyy');
  }
  monthDay(iso: string): string {
    return this.#time(iso, this.language === 'zh' ? 'M-d' : 'd MMM');
  }
  moment(iso: string): string {
    return this.#time(iso, this.language === 'zh' ? 'yyyy年M月d日 HH:mm' : 'd MMM yyyy HH:mm');
  }

  /** A day, a month, or from the first to the last day; times where it does not begin and end with a day. */
  period({ kind, period }: Pick<Report, 'kind' | 'period'>): string {
    const { from, to } = period;
    if (kind === 'daily') return this.day(from);
    if (kind === 'monthly') return this.#time(from, this.language === 'zh' ? 'yyyy年M月' : 'MMMM yyyy');
    const isWhole = [from, to].every((each) => this.#time(each, 'HH:mm') === '00:00');
    if (!isWhole) return `${this.moment(from)} – ${this.moment(to)}`;
    const last = DateTime.fromISO(to, { zone: this.#timezone }).minus({ days: 1 }).toISO() ?? to;
    return this.day(last) === this.day(from) ? this.day(from) : `${this.day(from)} – ${this.day(last)}`;
  }

  title(report: Pick<Report, 'kind' | 'community'>): string {
    const { community, kind } = report;
    const name = community?.name === undefined ? '' : inLanguage(community.name, this.language);
    const what = reportWords(this.language)[kind];
    return this.language === 'zh' ? `${name}${what}` : [name, what].filter(Boolean).join(' · ');
  }
  where({ places }: Pick<Report, 'places'>): string {
    if (places === null) return reportWords(this.language).whole;
    return places
      .map(({ name }) => inLanguage(name, this.language))
      .join(this.language === 'zh' ? '、' : ', ');
  }

  #time(iso: string, format: string): string {
    return DateTime.fromISO(iso, { zone: this.#timezone, locale: locales[this.language] }).toFormat(format);
  }
}
