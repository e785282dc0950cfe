const units: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };

/** `24h` as people say it: `24 hours`, `24小时`; what is no duration is said as it is. */
export function durationWords(text: string, languageTag: string): string {
  const [, value, sign = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? [];
  const unit = units[sign];
  if (value === undefined || unit === undefined) return text;
  return new Intl.NumberFormat(languageTag, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Number(value),
  );
}
