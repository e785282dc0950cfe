import { type Html, html } from '#api/report/html.ts';
import { linked, type Page, section } from '#api/report/report-frame.ts';
import { severities } from '#model/alarm.ts';
import { inLanguage, type LocalText } from '#model/text.ts';

/** What each rule brought, and the rules that brought nothing. */
export function rulesSection({ report, text, words }: Page): Html {
  const { rules } = report;
  const nameOf = ({ id, name }: { readonly id: string; readonly name: LocalText | null }): string =>
    name === null ? id : inLanguage(name, text.language);
  const rows = rules.items.map(
    (rule) =>
      html`<tr><td>${nameOf(rule)}</td><td class="n">${linked(rule.alarmsList, text.number(rule.alarms))}</td><td class="n">${text.number(rule.judged)}</td><td class="n">${text.percent(rule.genuineShare)}</td><td class="n">${linked(rule.tasksList, text.number(rule.tasks))}</td><td class="n">${text.number(rule.minutes, 2)}</td></tr>`,
  );
  const head = [words.alarms, words.judged, words.genuineShare, words.tasks, words.minutes].map(
    (each) => html`<th scope="col" class="n">${each}</th>`,
  );
  const ruleTable = html`<table><thead><tr><th scope="col">${words.rule}</th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
  const hidden = rules.hidden === 0 ? null : html`<p class="quiet">${words.hidden(rules.hidden)}</p>`;
  const unused = rules.unused.map(nameOf).join(text.language === 'zh' ? '、' : ', ');
  return html`${section(words.rules, html`<div class="wide">${ruleTable}</div>${hidden}`)}
    ${section(words.unused, html`<p>${unused === '' ? words.none : unused}</p>`)}`;
}

/** Alarms by severity, with their sum. */
export function alarmTable({ report: { alarms }, text, words }: Page): Html {
  const rows = severities.map(
    (each) =>
      html`<tr><td>${words[each]}</td><td class="n">${linked(alarms[each].list, text.number(alarms[each].count))}</td></tr>`,
  );
  const total = html`<tr><td><b>${words.total}</b></td><td class="n"><b>${linked(alarms.list, text.number(alarms.total))}</b></td></tr>`;
  return html`<table><thead><tr><th scope="col">${words.severity}</th><th scope="col" class="n">${words.alarms}</th></tr></thead><tbody>${rows}${total}</tbody></table>`;
}
