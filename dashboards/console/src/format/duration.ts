const units: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day' };
const larger: Readonly<Record<string, string>> = { s: 'm', m: 'h' };

/** `180 s` are 3 minutes to people, and `60m` an hour; days stay as many hours as were meant. */
function inPeoplesUnits(value: number, sign: string): readonly [value: number, sign: string] {
  const next = larger[sign];
  return next === undefined || value === 0 || value % 60 !== 0
    ? [value, sign]
    : inPeoplesUnits(value / 60, next);
}

/** `24h` as people say it: `24 hours`, `24小时`, `60s`: `1 minute`; what is no duration is said as it is. */
export function durationWords(text: string, languageTag: string): string {
  const [, digits, written = ''] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? [];
  if (digits === undefined) return text;
  const [value, sign] = inPeoplesUnits(Number(digits), written);
  const unit = units[sign];
  if (unit === undefined) return text;
  return new Intl.NumberFormat(languageTag, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
