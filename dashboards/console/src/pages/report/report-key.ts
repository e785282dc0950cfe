/** Of this page's own, so that a report that is sent again on a bad line is the same one. */
export const newReportKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(20))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
