/** UCUM symbols as people write them; what is not here is written as it is. */
const written: Readonly<Record<string, string>> = {
  Cel: '°C',
  'mm[Hg]': 'mmHg',
  'ug/m3': 'µg/m³',
  m3: 'm³',
  'l/min': 'L/min',
  'mmol/l': 'mmol/L',
  deg: '°',
  '1': '',
};

/** Per minute is a rate of the heart or of breath; each language has its own way to say so. */
const perMinute: Readonly<Record<'zh' | 'en', string>> = { zh: '次/分', en: '/min' };

/** The unit that stands behind a number; empty without one. */
export function unitText(unit: string | null | undefined, language: 'zh' | 'en'): string {
  if (unit === null || unit === undefined) return '';
  return unit === '/min' ? perMinute[language] : (written[unit] ?? unit);
}

/** A number with its unit; degrees and percent stand close, other units after a narrow space. */
export function withUnit(number: string, unit: string): string {
  if (unit === '') return number;
  return unit === '%' || unit === '°' ? `${number}${unit}` : `${number}\u202f${unit}`;
}
