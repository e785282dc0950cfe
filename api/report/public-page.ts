import { type Html, html } from '#api/report/html.ts';
import type { PublicReport } from '#api/report/public-report.ts';
import { frame, section } from '#api/report/report-frame.ts';
import { ReportText } from '#api/report/report-text.ts';
import { reportWords } from '#api/report/report-words.ts';
import type { Language } from '#api/views/task-view.ts';
import { inLanguage } from '#model/text.ts';
import { figureWords } from '#tasks/indicators/figure-words.ts';
import type { ShownShare } from '#tasks/indicators/suppression.ts';

/** What everybody may read of a month, as a page that prints on one sheet. */
export function publicPage(report: PublicReport, language: Language): string {
  const text = new ReportText(language, report.timezone);
  const words = reportWords(language);
  const share = (said: ShownShare): string => {
    if (said === null) return '—';
    if ('atLeast' in said) return words.atLeast(text.percent(said.atLeast));
    return 'atMost' in said ? words.atMost(text.percent(said.atMost)) : text.percent(said.percent);
  };
  const tile = (id: 'closeRate' | 'filedRate' | 'inTimeRate' | 'ratedLowRate'): Html =>
    html`<div><dt>${figureWords[id].name[language]}</dt><dd class="share">${share(report[id])}</dd></div>`;
  const number = (id: 'closed' | 'reported'): Html =>
    html`<div><dt>${figureWords[id].name[language]}</dt><dd>${text.number(report[id])}</dd></div>`;
  const rows = report.categories.map(
    ({ closed, name, reported }) =>
      html`<tr><td>${inLanguage(name, language)}</td><td class="n">${text.number(reported)}</td><td class="n">${text.number(closed)}</td></tr>`,
  );
  const ratings = html`<dl class="headline">
    <div><dt>${figureWords.rated.name[language]}</dt><dd>${text.number(report.rated)}</dd></div>
    <div><dt>${figureWords.meanRating.name[language]}</dt><dd>${text.number(report.meanRating, 2)}</dd></div>
    ${tile('ratedLowRate')}</dl>`;
  const head = (['reported', 'closed'] as const).map(
    (id) => html`<th scope="col" class="n">${figureWords[id].name[language]}</th>`,
  );
  const times = (['acceptTime', 'closeTime'] as const).map(
    (id) =>
      html`<tr><td>${words.medianOf(figureWords[id].name[language])}</td><td class="n">${text.number(report.medianMinutes[id])}</td></tr>`,
  );
  const explained = [
    'reported',
    'closed',
    'filedRate',
    'closeRate',
    'inTimeRate',
    'due',
    'rated',
    'ratedLow',
  ] as const;
  const meanings = explained.map(
    (id) =>
      html`<div><dt>${figureWords[id].name[language]}</dt><dd>${figureWords[id].means[language]}</dd></div>`,
  );
  const community = report.community;
  const name = typeof community === 'string' ? community : inLanguage(community ?? {}, language);
  return frame({
    title: words.publicTitle,
    subtitle: [name, text.period({ kind: 'monthly', period: report.period })].filter(Boolean).join(' · '),
    made: html`<p class="made">${words.made} ${text.moment(report.madeAt)}</p>`,
    body: html`<dl class="headline">${number('reported')}${number('closed')}${tile('filedRate')}${tile('closeRate')}${tile('inTimeRate')}</dl>${ratings}
      ${section(words.categories, html`<table><thead><tr><th scope="col">${words.category}</th>${head}</tr></thead><tbody>${rows}</tbody></table>`)}
      ${section(words.times, html`<table><tbody>${times}</tbody></table>`)}
      ${section(words.meanings, html`<dl class="meanings">${meanings}</dl>`)}`,
    foot: words.publicFoot,
    lang: words.lang,
  });
}
