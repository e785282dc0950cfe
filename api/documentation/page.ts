import { createHash } from 'node:crypto';
import { errorCodes } from '#model/errors.ts';

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #cdd5df; }
article { margin: 1.5rem 0; }
code, pre { font: 14px/1.4 ui-monospace, monospace; background: #f2f5f9; }
pre { padding: .75rem; overflow-x: auto; }
:not(pre) > code { overflow-wrap: anywhere; }
table { display: block; max-width: 100%; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #e3e8ef; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600; }
`;
/** Allows the one style sheet by its hash and nothing else, no script at all. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const frame = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${html(title)}</title><style>${style}</style></head><body><h1>${html(title)}</h1>${body}</body></html>`;

type Json = Readonly<Record<string, unknown>>;
const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The OpenAPI document as one page, by tag. */
export function documentationPage(document: unknown): string {
  const byTag = new Map<string, string[]>();
  for (const [path, item] of Object.entries(record(record(document)['paths']))) {
    for (const [method, given] of Object.entries(record(item))) {
      const operation = record(given);
      const tag = text(list(operation['tags'])[0]) || 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationHtml(method, path, operation)]);
    }
  }
  const sections = [...byTag].map(([tag, articles]) => `<h2>${html(tag)}</h2>${articles.join('')}`);
  const head =
    '<p>As <a href="/api/openapi.json">OpenAPI 3.1</a>. Sign in with <code>POST /api/v1/session</code> or send ' +
    '<code>Authorization: Bearer TOKEN</code>. What goes wrong is told as a problem document with a ' +
    '<a href="/api/docs/errors">code</a>.</p>';
  return frame('Gridbell API', head + sections.join(''));
}

function operationHtml(method: string, path: string, operation: Json): string {
  const parameters = list(operation['parameters']).map(record).map(parameterHtml).join('');
  const body = schemaOf(record(operation['requestBody'])['content']);
  const answer = Object.entries(record(operation['responses'])).find(([status]) => status.startsWith('2'));
  return [
    `<article><h3><span class="method">${html(method.toUpperCase())}</span> <code>${html(path)}</code></h3>`,
    `<p>${html(text(operation['summary']))}</p><p>${html(text(operation['description']))}</p>`,
    parameters === '' ? '' : `<table><tbody>${parameters}</tbody></table>`,
    details('Body', body),
    details(`Answer ${answer?.[0] ?? ''}`, schemaOf(record(answer?.[1])['content'])),
    '</article>',
  ].join('');
}

const parameterHtml = (parameter: Json): string =>
  `<tr><td><code>${html(text(parameter['name']))}</code></td><td>${html(text(parameter['in']))}</td>` +
  `<td>${parameter['required'] === true ? 'required' : ''}</td><td>${html(text(parameter['description']))}</td>` +
  `<td><code>${html(JSON.stringify(parameter['schema'] ?? {}))}</code></td></tr>`;

const schemaOf = (content: unknown): unknown => record(Object.values(record(content))[0])['schema'];

const details = (title: string, schema: unknown): string =>
  schema === undefined
    ? ''
    : `<details><summary>${html(title)}</summary><pre>${html(JSON.stringify(schema, null, 2))}</pre></details>`;

/** Every code of the registry; the anchors are what `type` of a problem document points to. */
export const errorsPage = (): string => {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, retry, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${retry ? 'may succeed later' : ''}</td><td>${html(title)}</td></tr>`,
  );
  return frame(
    'Gridbell error codes',
    `<table><thead><tr><th>code</th><th>status</th><th>retry</th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
};
