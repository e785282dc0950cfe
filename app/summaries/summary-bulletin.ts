import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Report } from '#api/report/report.ts';
import { reportText } from '#api/report/report-message.ts';
import { type EpochMs, minute, type PersonId, type PlaceId } from '#model/brand.ts';
import type { Bulletin } from '#model/notice.ts';
import type { SummaryKind } from '#model/summary.ts';
import type { DueSummary } from '#tasks/indicators/summary-times.ts';

/** Later than this it says so. */
const lateAfterMs = 10 * minute;

export interface SummaryOrder extends DueSummary {
  readonly kind: SummaryKind;
  readonly person: PersonId;
  readonly now: EpochMs;
  readonly timezone: string;
}

/** Of which series a person was told a kind of summary. */
export const seriesOf = (kind: SummaryKind): string => `summary:${kind}`;

/**
 * A summary as something to be told, once for its period and person. `report` null: the person may not read figures now; it is
 * put down all the same, without a figure, so that the outbox says why nobody was told.
 */
export function summaryBulletin(order: SummaryOrder, report: Report | null): Bulletin {
  const { dueAt, kind, now, period, person, timezone } = order;
  const local = (at: EpochMs) => DateTime.fromMillis(at, { zone: timezone });
  const date = local(period.from).toISODate() ?? '';
  const due = local(dueAt).toFormat('yyyy-MM-dd HH:mm');
  const isLate = now - dueAt > lateAfterMs;
  const late = {
    zh: `迟发：原定 ${due} 发出。\n\n`,
    en: `Late: this was to go out at ${due}.\n\n`,
  };
  const said = (language: 'zh' | 'en') => {
    const [title = '', ...lines] = (report === null ? '' : reportText(report, language)).split('\n');
    const text = lines.join('\n').trim();
    return { title: `${title} ${date}`, body: `${isLate ? late[language] : ''}${text}` };
  };
  const [zh, en] = [said('zh'), said('en')];
  return {
    id: `summary:${kind}:${date}:${createHash('sha256').update(person).digest('hex').slice(0, 16)}`,
    person,
    severity: 'warning',
    text: {
      title: { zh: zh.title, en: en.title },
      body: { zh: zh.body, en: en.body },
      path: `/figures?kind=${kind}&date=${date}`,
      figuresOf: report === null ? [] : placesOf(report),
    },
    series: { name: seriesOf(kind), until: period.to },
  };
}

const placesOf = ({ places }: Report): readonly PlaceId[] | null => places?.map(({ id }) => id) ?? null;
