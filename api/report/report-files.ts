import { stringify } from 'csv-stringify/sync';
import writeExcelFile from 'write-excel-file/node';
import type { Report } from '#api/report/report.ts';
import { type Cell, type Sheet, sheetsOf, sheetTitle } from '#api/report/report-sheets.ts';
import type { Language } from '#api/views/task-view.ts';

/** Tables one below the other, with a line between; with a byte order mark, or Excel takes Chinese for noise. */
export function reportCsv(report: Report, language: Language): string {
  const rows = sheetsOf(report, language).flatMap(({ head, name, rows: cells }) => [
    [],
    [name],
    head,
    ...cells,
  ]);
  return stringify([...sheetTitle(report, language), ...rows], {
    bom: true,
    record_delimiter: 'windows',
    // A name that begins like a formula is a text, whatever a spreadsheet would make of it.
    escape_formulas: true,
  });
}

/** A workbook with a sheet for each table. */
export async function reportWorkbook(report: Report, language: Language): Promise<Buffer> {
  const title = sheetTitle(report, language).map((row) => row.map((value) => cellOf(value)));
  const sheets = sheetsOf(report, language).map((sheet, index) => ({
    sheet: sheetName(sheet.name),
    data: index === 0 ? [...title, [], ...tableOf(sheet)] : tableOf(sheet),
    columns: sheet.head.map((_, column) => ({ width: column === 1 ? 26 : 16 })),
  }));
  return await writeExcelFile(sheets).toBuffer();
}

const tableOf = ({ head, rows }: Sheet) => [
  head.map((value) => ({ ...cellOf(value), fontWeight: 'bold' as const, wrap: true })),
  ...rows.map((row) => row.map((value) => cellOf(value))),
];

/** Texts are marked as such: none is ever a formula. */
function cellOf(value: Cell) {
  if (value === null) return null;
  return typeof value === 'number' ? { type: Number, value } : { type: String, value };
}

/** At most 31 characters, and none that Excel forbids. */
const sheetName = (name: string): string => name.replaceAll(/[\\/?*[\]:]/g, ' ').slice(0, 31);
