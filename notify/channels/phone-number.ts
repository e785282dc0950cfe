interface Read {
  readonly digits: string;
  /** Whether the country stands in it. */
  readonly isInternational: boolean;
}

function read(written: string): Read {
  const text = written.trim();
  const isInternational = /^(\+|00)/.test(text);
  const digits = text.replace(/^(\+|00)/, '').replace(/\D/g, '');
  return { digits, isInternational };
}

/** The number as people of the country dial it: digits, without the country's own code; '' for none. */
export function nationalOf(written: string, countryCode: string): string {
  const { digits, isInternational } = read(written);
  // 86138… without a plus is written often, and no Chinese mobile number begins with 86.
  const hasCountry = isInternational || (countryCode === '86' && /^861\d{10}$/.test(digits));
  return hasCountry && digits.startsWith(countryCode) ? digits.slice(countryCode.length) : digits;
}

/** The number as ITU-T E.164 has it: `+8613800001111`; '' for none. */
export function internationalOf(written: string, countryCode: string): string {
  const { digits, isInternational } = read(written);
  if (digits === '') return '';
  return isInternational
    ? `+${digits}`
    : `+${countryCode}${nationalOf(written, countryCode).replace(/^0/, '')}`;
}
