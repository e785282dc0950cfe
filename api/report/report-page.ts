import { type Html, html } from '#api/report/html.ts';
import type { Report } from '#api/report/report.ts';
import { dayChart } from '#api/report/report-chart.ts';
import { frame, linked, type Page, section } from '#api/report/report-frame.ts';
import { ReportText } from '#api/report/report-text.ts';
import { reportWords } from '#api/report/report-words.ts';
import { alarmTable, rulesSection } from '#api/report/rules-section.ts';
import type { Language } from '#api/views/task-view.ts';
import { inLanguage } from '#model/text.ts';

/** A report as a page for a printer: A4, no script; each number leads to its list in the console. */
export function reportPage(report: Report, language: Language): string {
  const text = new ReportText(language, report.timezone);
  const words = reportWords(language);
  const page = { report, text, words };
  const body = html`${headline(page)}
    ${countsAndShares(page)}
    ${times(page)}
    ${section(words.days, dayChart(report, text, words))}
    ${groups(words.categories, words.category, report.categories, page)}
    ${groups(words.parts, words.part, report.parts, page)}
    ${rulesSection(page)}
    ${meanings(page)}`;
  return frame({
    title: text.title(report),
    subtitle: `${text.period(report)} · ${text.where(report)}`,
    made: html`<p class="made">${words.made} ${text.moment(report.madeAt)}<br>${report.timezone}${report.isOver ? null : html`<br><span class="running">${words.running}</span>`}</p>`,
    body,
    foot: words.foot,
    lang: words.lang,
  });
}

function headline({ report, text, words }: Page): Html {
  const count = (id: string) => report.counts.find((each) => each.id === id);
  const share = (id: string) => report.shares.find((each) => each.id === id);
  const tile = (name: string, value: Html | string, before: string): Html =>
    html`<div><dt>${name}</dt><dd>${value}</dd><dd class="before">${words.before} ${before}</dd></div>`;
  const counted = ['reported', 'open'].map((id) => {
    const figure = count(id);
    return figure
      ? tile(
          figure.name[text.language],
          linked(figure.list, text.number(figure.value)),
          text.number(figure.previous),
        )
      : html``;
  });
  const shared = ['filedRate', 'closeRate', 'inTimeRate'].map((id) => {
    const figure = share(id);
    return figure
      ? tile(figure.name[text.language], text.percent(figure.value), text.percent(figure.previous))
      : html``;
  });
  return html`<dl class="headline">${counted.slice(0, 1)}${shared}${counted.slice(1)}</dl>`;
}

function countsAndShares({ report, text, words }: Page): Html {
  const { language } = text;
  const counts = report.counts.map(
    ({ list, name, previous, value }) =>
      html`<tr><td>${name[language]}</td><td class="n">${linked(list, text.number(value))}</td><td class="n quiet">${text.number(previous)}</td></tr>`,
  );
  const shares = report.shares.map(
    ({ name, previous, value }) =>
      html`<tr><td>${name[language]}</td><td class="n">${text.percent(value)}</td><td class="n quiet">${text.percent(previous)}</td></tr>`,
  );
  const { ratings } = report;
  const mean = html`<tr><td>${ratings.name[language]}</td><td class="n">${linked(ratings.list, text.number(ratings.mean, 2))}</td><td class="n quiet">${text.number(ratings.previous, 2)}</td></tr>`;
  const head = html`<thead><tr><th scope="col">${words.figure}</th><th scope="col" class="n">${words.value}</th><th scope="col" class="n">${words.before}</th></tr></thead>`;
  return html`<section class="pair"><div><h2>${words.figures}</h2><table>${head}<tbody>${counts}</tbody></table></div>
    <div><h2>${words.rates}</h2><table>${head}<tbody>${shares}${mean}</tbody></table>
    <h2 class="second">${words.alarms}</h2>${alarmTable({ report, text, words })}</div></section>`;
}

function times({ report, text, words }: Page): Html | null {
  const rows = report.durations.map(
    ({ list, longest, mean, median, name, of, p90, previous }) =>
      html`<tr><td>${name[text.language]}</td>${[mean, median, p90, longest].map((each) => html`<td class="n">${text.number(each, 2)}</td>`)}<td class="n">${linked(list, text.number(of))}</td><td class="n quiet">${text.number(previous, 2)}</td></tr>`,
  );
  const head = [words.mean, words.median, words.p90, words.longest, words.measured, words.meanBefore].map(
    (each) => html`<th scope="col" class="n">${each}</th>`,
  );
  return section(
    words.times,
    html`<div class="wide"><table><thead><tr><th scope="col">${words.time}</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`,
  );
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

function groups(
  title: string,
  first: string,
  items: Report['categories'],
  { report, text }: Page,
): Html | null {
  if (items.length === 0) return null;
  const nameOf = (id: string): string =>
    [...report.counts, ...report.shares, report.ratings].find((each) => each.id === id)?.name[
      text.language
    ] ?? id;
  const head = [...columns, 'closeRate', 'inTimeRate', 'meanRating', 'ratedLowRate'].map(
    (id) => html`<th scope="col" class="n">${nameOf(id)}</th>`,
  );
  const rows = items.map((item) => {
    const cells = columns.map(
      (id) => html`<td class="n">${linked(item.lists?.[id], text.number(item[id]))}</td>`,
    );
    return html`<tr><td>${inLanguage(item.name, text.language)}</td>${cells}<td class="n">${text.percent(item.closeRate)}</td><td class="n">${text.percent(item.inTimeRate)}</td><td class="n">${text.number(item.meanRating, 2)}</td><td class="n">${text.percent(item.ratedLowRate)}</td></tr>`;
  });
  const table = html`<div class="wide"><table><thead><tr><th scope="col">${first}</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
  return section(title, table);
}

function meanings({ report, text, words }: Page): Html | null {
  const { language } = text;
  const items = [...report.counts, ...report.shares, report.ratings, ...report.durations].map(
    ({ means, name }) => html`<div><dt>${name[language]}</dt><dd>${means[language]}</dd></div>`,
  );
  return section(words.meanings, html`<dl class="meanings">${items}</dl>`);
}
