/** A tracking code as it is read out and written down: two groups of five. */
export const readOut = (code: string): string => code.replace(/(.{5})(?=.)/g, '$1 ');
