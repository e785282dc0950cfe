import { Type } from 'typebox';
import { GridbellError } from '#model/errors.ts';
import { escaped, type Fields, type Renderer } from '#notify/channels/body-template.ts';
import { checkedUrl } from '#notify/channels/setting-schemas.ts';

/** An address whose path and query may hold fields; `urlTemplate` says whether it is one. */
export const UrlTemplateSetting = Type.String({ pattern: '^https?://[^\\p{Cc}]+$', maxLength: 2_000 });
/** RFC 9110 §5.6.2: a name is a token. */
export const HeaderLine = Type.String({
  pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+:[\\x20-\\x7e]*$",
  maxLength: 4_000,
});

/** These say how the request is framed; a template that sets them breaks it. */
const framing: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection']);

/**
 * An address with fields in its path and query, each escaped there. Scheme and host are fixed: a field never decides whom a
 * message goes to. Throws GridbellError `invalid-input` for a template that has them open.
 */
export function urlTemplate(template: string, renderer: Renderer): (fields: Fields) => string {
  const fixed = /^https?:\/\/[^/?#{}]+(?=[/?#]|$)/.exec(template)?.[0];
  if (fixed === undefined)
    throw new GridbellError('invalid-input', 'url: scheme and host may hold no {{ field }}');
  const { origin } = checkedUrl(fixed, 'url');
  return (fields) => {
    const url = checkedUrl(renderer.render(template, escaped(fields, encodeURIComponent)), 'url');
    if (url.origin !== origin)
      throw new GridbellError('invalid-input', 'url: leads elsewhere when it is filled');
    return url.href;
  };
}

/**
 * Headers of lines `Name: value` whose values are templates. What a field brings stays in its line: line breaks and other
 * characters that a header cannot have become spaces. Throws GridbellError `invalid-input`.
 */
export function headersTemplate(
  written: readonly string[],
  renderer: Renderer,
): (fields: Fields) => Readonly<Record<string, string>> {
  const templates = written.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (framing.has(name)) throw new GridbellError('invalid-input', `headers: ${name} is not for templates`);
    return { name, value: line.slice(colon + 1).trim() };
  });
  return (fields) =>
    Object.fromEntries(
      templates.map(({ name, value }) => [
        name,
        renderer
          .render(value, fields)
          .replace(/[^\x20-\x7e]+/g, ' ')
          .trim(),
      ]),
    );
}
