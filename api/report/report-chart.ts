import { type Html, html } from '#api/report/html.ts';
import type { Report } from '#api/report/report.ts';
import type { ReportText } from '#api/report/report-text.ts';
import type { ReportWords } from '#api/report/report-words.ts';

const width = 520;
const height = 120;
const left = 24;
const bottom = 14;
const head = 6;

/** Two bars a day, for paper: what came and what was closed. Null for a single day, which needs no drawing. */
export function dayChart({ days }: Pick<Report, 'days'>, text: ReportText, words: ReportWords): Html | null {
  if (days.length < 2 || days.length > 100) return null;
  const top = niceTop(Math.max(1, ...days.flatMap(({ closed, reported }) => [closed, reported])));
  const step = (width - left) / days.length;
  const yOf = (count: number): number => (height - bottom - head) * (1 - count / top) + head;
  const bar = (count: number, x: number, look: string): Html =>
    html`<rect class="${look}" x="${x.toFixed(1)}" y="${yOf(count).toFixed(1)}" width="${(step * 0.38).toFixed(1)}" height="${(yOf(0) - yOf(count)).toFixed(1)}"/>`;
  const every = Math.ceil(days.length / 16);
  const bars = days.map(({ closed, from, reported }, index) => {
    const x = left + index * step + step * 0.1;
    const label = index % every === 0 ? text.monthDay(from) : '';
    return html`${bar(reported, x, 'came')}${bar(closed, x + step * 0.4, 'done')}<text x="${(x + step * 0.4).toFixed(1)}" y="${height}" text-anchor="middle">${label}</text>`;
  });
  const lines = [0, top / 2, top].map(
    (count) =>
      html`<line x1="${left}" x2="${width}" y1="${yOf(count).toFixed(1)}" y2="${yOf(count).toFixed(1)}" stroke="#d5dbe1" stroke-width="0.5"/><text x="${left - 4}" y="${(yOf(count) + 2).toFixed(1)}" text-anchor="end">${text.number(count)}</text>`,
  );
  const sum = (of: 'closed' | 'reported') => text.number(days.reduce((total, day) => total + day[of], 0));
  const said = `${words.came} ${sum('reported')}, ${words.done} ${sum('closed')}`;
  return html`<figure><svg viewBox="0 0 ${width} ${height + 4}" role="img" aria-label="${words.days}: ${said}">${lines}${bars}</svg>
    <figcaption><span class="key came"></span>${words.came} ${sum('reported')}<span class="key done"></span>${words.done} ${sum('closed')}</figcaption></figure>`;
}

/** Even, and not much more than the highest bar. */
function niceTop(most: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(most)) - 1);
  return Math.ceil(most / (2 * unit)) * 2 * unit;
}
