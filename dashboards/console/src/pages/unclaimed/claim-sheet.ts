/** A text of what a spreadsheet wrote: UTF-8, else what Excel and WPS save as CSV in China (GB 18030, and GBK with it). */
export function textOfSheet(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** What a spreadsheet would take for a formula is a name that somebody gave a device: it is not passed on. */
const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? '' : cell);
const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** A CSV that spreadsheets open as what it is: UTF-8 with its mark. */
export const sheetOf = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((row) => row.map((cell) => quoted(harmless(cell))).join(',')).join('\r\n')}\r\n`;

/** Offers a sheet to be saved. */
export function saveSheet(name: string, rows: readonly (readonly string[])[]): void {
  const address = URL.createObjectURL(new Blob([sheetOf(rows)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
