import { cellReader, type ReadCell } from '#device-sim/replay/cell.ts';
import type { RecordedDevice, RecordingMap } from '#device-sim/replay/map-schema.ts';
import { rowTime } from '#device-sim/replay/row-time.ts';
import type { Row } from '#device-sim/replay/rows.ts';
import type { EpochMs } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';

/** What one row says of one device. */
export interface RecordedMessage {
  readonly device: string;
  readonly at: EpochMs;
  readonly values: Readonly<Record<string, Value>>;
}

/** Everything that was read and what became of it; nothing is left out in silence. */
export interface Tally {
  rows: number;
  /** Rows whose line or time could not be read: nothing of them is sent. */
  unreadableRows: number;
  /** Rows that the map gives to none of its devices. */
  otherRows: number;
  messages: number;
  /** Values sent, constants included. */
  cells: number;
  /** Nothing said: empty, NaN … */
  emptyCells: number;
  /** Neither empty nor what the map says. */
  unreadableCells: number;
}

export const newTally = (): Tally => ({
  rows: 0,
  unreadableRows: 0,
  otherRows: 0,
  messages: 0,
  cells: 0,
  emptyCells: 0,
  unreadableCells: 0,
});

interface DeviceReader {
  readonly device: RecordedDevice;
  readonly isOf: (row: Row) => boolean;
  readonly columns: readonly {
    readonly property: string;
    readonly column: string;
    readonly read: ReadCell;
  }[];
}

/** Turns rows into messages as the map says, in the order of the map's devices, and counts into `tally`. */
export function messageReader(map: RecordingMap, tally: Tally): (row: Row) => readonly RecordedMessage[] {
  const timeOf = rowTime(map.time);
  const readers: readonly DeviceReader[] = map.devices.map((device) => ({
    device,
    isOf: rowsOf(device),
    columns: Object.entries(device.properties ?? {}).map(([property, source]) => {
      const full = typeof source === 'string' ? { column: source } : source;
      return { property, column: full.column, read: cellReader(full, map.missing) };
    }),
  }));
  return (row) => {
    tally.rows += 1;
    const at = row.isReadable ? timeOf(row) : undefined;
    if (at === undefined) {
      tally.unreadableRows += 1;
      return [];
    }
    const messages: RecordedMessage[] = [];
    const concerned = readers.filter(({ isOf }) => isOf(row));
    if (concerned.length === 0) tally.otherRows += 1;
    for (const reader of concerned) {
      const values = valuesOf(reader, row, tally);
      if (values) messages.push({ device: reader.device.id, at, values });
    }
    tally.messages += messages.length;
    return messages;
  };
}

/** Which rows are a device's: by their number and by what stands in them. */
function rowsOf({ rows, where = {} }: RecordedDevice): (row: Row) => boolean {
  const from = rows?.from ?? 0;
  const to = rows?.to ?? Number.POSITIVE_INFINITY;
  const wanted = Object.entries(where).map(([column, equals]) => {
    const read = cellReader({ column, equals });
    return (row: Row): boolean => {
      const cell = read(row.cell(column));
      return cell.kind === 'value' && cell.value === true;
    };
  });
  return (row) => row.number >= from && row.number < to && wanted.every((holds) => holds(row));
}

/** The values of one device; undefined when it said nothing. Constants alone are said only by a device without columns. */
function valuesOf(
  { device, columns }: DeviceReader,
  row: Row,
  tally: Tally,
): RecordedMessage['values'] | undefined {
  const values: Record<string, Value> = {};
  for (const { property, column, read } of columns) {
    const cell = read(row.cell(column));
    if (cell.kind === 'value') values[property] = cell.value;
    else if (cell.kind === 'empty') tally.emptyCells += 1;
    else tally.unreadableCells += 1;
  }
  if (columns.length > 0 && Object.keys(values).length === 0) return undefined;
  const complete = { ...device.constants, ...values };
  tally.cells += Object.keys(complete).length;
  return complete;
}
