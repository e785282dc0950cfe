import { GridbellError } from '#model/errors.ts';
import { isNestedTooDeep } from '#model/json-nesting.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';

export type Fields = Readonly<Record<string, string | number | boolean | null>>;
/** What fills templates. */
export type Renderer = Pick<ChannelTools, 'render'>;

export const bodyForms = ['json', 'form', 'xml', 'text'] as const;
export type BodyForm = (typeof bodyForms)[number];

export const contentTypes: Readonly<Record<BodyForm, string>> = {
  json: 'application/json; charset=utf-8',
  form: 'application/x-www-form-urlencoded; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  text: 'text/plain; charset=utf-8',
};

/**
 * Makes a body of fields by a template of the installation. No field can leave the place it was put in, whatever is written in
 * it: JSON is read first and its strings are filled then; in forms and XML the fields are escaped before they come in.
 * Throws GridbellError `invalid-input` for a template that is none.
 */
export function bodyTemplate(
  form: BodyForm,
  template: string,
  renderer: Renderer,
): (fields: Fields) => string {
  switch (form) {
    case 'json': {
      const tree = parsed(template);
      return (fields) => JSON.stringify(filled(tree, (text) => renderer.render(text, fields)));
    }
    case 'form':
      return (fields) => renderer.render(template, escaped(fields, encodeURIComponent));
    case 'xml':
      return (fields) => renderer.render(template, escaped(fields, xmlText));
    case 'text':
      return (fields) => renderer.render(template, fields);
  }
}

/** A JSON value whose strings are templates, filled. */
export function filled(value: unknown, fill: (template: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((entry) => filled(entry, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filled(entry, fill)]));
}

function parsed(template: string): unknown {
  if (isNestedTooDeep(template)) throw new GridbellError('invalid-input', 'body: nests too deep');
  try {
    return JSON.parse(template);
  } catch (error) {
    const hint = 'each {{ field }} stands within the quotes of a string';
    throw new GridbellError('invalid-input', `body: is no JSON (${hint})`, { cause: error });
  }
}

/** Fields as they may stand within a place of a URL or a form: `&`, `/` and the like are percent-encoded. */
export const escaped = (fields: Fields, escaping: (text: string) => string): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? escaping(value.toWellFormed()) : value,
    ]),
  );

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** As it may stand in the text or an attribute of XML or HTML; what XML 1.0 §2.2 does not know, escaped or not, is left out. */
export const xmlText = (text: string): string =>
  text
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replace(/[&<>"']/g, (character) => xmlEntities[character] ?? '');
