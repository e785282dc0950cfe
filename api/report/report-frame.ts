import { type Html, html } from '#api/report/html.ts';
import type { Report } from '#api/report/report.ts';
import { reportStyle } from '#api/report/report-style.ts';
import type { ReportText } from '#api/report/report-text.ts';
import type { ReportWords } from '#api/report/report-words.ts';

/** What the parts of a page are made of. */
export interface Page {
  readonly report: Report;
  readonly text: ReportText;
  readonly words: ReportWords;
}

interface Frame {
  readonly title: string;
  readonly subtitle: string;
  readonly made: Html;
  readonly body: Html;
  readonly foot: string;
  readonly lang: string;
}

/** The sheet of paper around it. */
export function frame({ body, foot, lang, made, subtitle, title }: Frame): string {
  const head = html`<title>${title} ${subtitle}</title>`;
  return (
    `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `${head.text}<style>${reportStyle}</style></head>` +
    html`<body><main><header><div><h1>${title}</h1><p>${subtitle}</p></div>${made}</header>${body}<footer>${foot}</footer></main></body></html>`
      .text
  );
}

export const section = (title: string, body: Html | null): Html | null =>
  body && html`<section><h2>${title}</h2>${body}</section>`;

/** Lists of tasks and alarms as the console shows them. */
export const consoleLink = (list: string): string =>
  list.replace('/api/v1/tasks', '/figures/tasks').replace('/api/v1/alarms', '/alarms');

export const linked = (list: string | undefined, said: string): Html =>
  list === undefined ? html`${said}` : html`<a href="${consoleLink(list)}">${said}</a>`;
