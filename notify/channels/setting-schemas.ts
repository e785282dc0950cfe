import { Type } from 'typebox';
import { GridbellError } from '#model/errors.ts';

/** An address of HTTP or HTTPS as it is written in settings; `checkedUrl` says whether it is one. */
export const UrlSetting = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2_000 });
/** No line breaks: a header that carries one could go on with another header. */
export const HeaderValue = Type.String({ pattern: '^[\\x20-\\x7e]*$', minLength: 1, maxLength: 4_000 });
export const Secret = Type.String({ minLength: 1, maxLength: 1_000 });

/** One of some words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>({ type: 'string', enum: [...words] });

/** Throws GridbellError `invalid-input`; says nothing of the address, which may be secret. */
export function checkedUrl(written: string, setting: string): URL {
  const url = URL.canParse(written) ? new URL(written) : null;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isHttp || url.host === '')
    throw new GridbellError('invalid-input', `${setting}: is no address of HTTP`);
  if (url.username !== '' || url.password !== '')
    throw new GridbellError(
      'invalid-input',
      `${setting}: a password does not belong in an address; use authorization`,
    );
  return url;
}
