import { Type } from 'typebox';
import { oneOf } from '#api/schemas.ts';
import { invalidInput } from '#api/validation.ts';

/** What a report can be, and the media types that ask for it. */
export const mediaTypes = {
  json: 'application/json',
  html: 'text/html',
  csv: 'text/csv',
  text: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type Format = keyof typeof mediaTypes;
export const formats = Object.keys(mediaTypes) as Format[];

export const formatFields = {
  format: Type.Optional(
    Type.Unsafe<Format>({
      ...oneOf(formats),
      description: 'Instead of Accept; xlsx is Excel, html prints well, text is short',
    }),
  ),
  lang: Type.Optional(
    Type.Unsafe<'zh' | 'en'>({ ...oneOf(['zh', 'en']), description: 'Instead of Accept-Language' }),
  ),
};

/** `format` of the query, else what `Accept` likes best of what there is; JSON for who likes everything. */
export function formatOf(
  { format }: { readonly format?: Format },
  { accept }: { readonly accept?: string | undefined },
): Format {
  if (format !== undefined) return format;
  if (accept === undefined || accept.trim() === '') return 'json';
  const liked = accept
    .slice(0, 1_000)
    .split(',')
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase());
      const quality = parameters.find((each) => each.startsWith('q='))?.slice(2);
      return { type, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { type } of liked) {
    const found = formats.find((each) => mediaTypes[each] === type);
    if (found !== undefined) return found;
    if (type === '*/*' || type === 'application/*') return 'json';
    if (type === 'text/*') return 'html';
  }
  throw invalidInput([
    { path: 'accept', message: `must take one of ${Object.values(mediaTypes).join(', ')}` },
  ]);
}
