import type { DuckDBConnection } from '@duckdb/node-api';
import { day as dayMs, type EpochMs } from '#model/brand.ts';
import { inTransaction } from '#store/history/duckdb/database.ts';
import { type DayState, dayOf, dayTable } from '#store/history/duckdb/day.ts';
import { DayRows } from '#store/history/duckdb/day-rows.ts';
import type { Ledger } from '#store/history/duckdb/ledger.ts';
import { dayColumns } from '#store/history/duckdb/schema.ts';
import type { NewSeries } from '#store/history/duckdb/series.ts';
import { type Sifted, sift, wholeMs } from '#store/history/duckdb/storable.ts';
import type { Appended, HistoryBatch, KeepRejected } from '#store/history/history.ts';

/**
 * Appends the batches above the ledger's position in one transaction with the new position; the ledger follows when
 * it is committed. Answers what of them can never be stored. Only for who has the writers' turn.
 */
export async function appendBatches(
  connection: DuckDBConnection,
  ledger: Ledger,
  batches: readonly HistoryBatch[],
  keep?: KeepRejected,
): Promise<Appended> {
  const fresh = freshBatches(ledger, batches);
  return fresh.length === 0 ? { rejected: [] } : write(connection, ledger, { batches: fresh, keep });
}

/** Writes what a copy brings, in one transaction; the position stays. As `appendBatches` else. */
export const appendCopied = (
  connection: DuckDBConnection,
  ledger: Ledger,
  part: Omit<HistoryBatch, 'position'>,
): Promise<Appended> =>
  write(connection, ledger, { batches: [{ ...part, position: ledger.position }], keep: undefined });

async function write(
  connection: DuckDBConnection,
  ledger: Ledger,
  { batches, keep }: { readonly batches: readonly HistoryBatch[]; readonly keep: KeepRejected | undefined },
): Promise<Appended> {
  const { readings, context, rejected } = sift(batches, (property) => firstMoment(ledger, property));
  if (rejected.length > 0) await keep?.(rejected);
  const reached = batches.at(-1)?.position ?? ledger.position;
  const series = ledger.series.draft();
  const byDay = new Map<number, DayRows>();
  let newest = ledger.newest;
  for (const reading of readings) {
    const at = wholeMs(reading.at);
    rowsOf(byDay, ledger, dayOf(at)).add(series.idOf(reading.device, reading.property), reading);
    if (at > newest) newest = at;
  }
  const written: DayState[] = [];
  await inTransaction(connection, async () => {
    for (const rows of byDay.values()) written.push(await writeDay(connection, ledger, rows, newest));
    await writeSeries(connection, series.added);
    await writeContext(connection, context);
    await connection.run("UPDATE meta SET value = $1 WHERE name = 'position'", [BigInt(reached)]);
  });
  for (const state of written) ledger.days.set(state.day, state);
  ledger.series.keep(series.added);
  ledger.newest = newest;
  ledger.position = reached;
  return { rejected };
}

function freshBatches(ledger: Ledger, batches: readonly HistoryBatch[]): HistoryBatch[] {
  let reached = ledger.position;
  return batches.filter((batch) => {
    const isFresh = batch.position > reached;
    if (isFresh) reached = batch.position;
    return isFresh;
  });
}

/** From which moment on readings of a property are kept. */
function firstMoment(ledger: Ledger, property: string): number {
  const kept = ledger.kept.get(property);
  return kept === undefined ? Number.NEGATIVE_INFINITY : kept.day * dayMs;
}

function rowsOf(byDay: Map<number, DayRows>, ledger: Ledger, day: number): DayRows {
  let rows = byDay.get(day);
  if (!rows) {
    rows = new DayRows(day, ledger.days.get(day)?.nextSeq ?? 1);
    byDay.set(day, rows);
  }
  return rows;
}

/** Writes a day's rows, makes its table or marks it unsorted where needed; answers the day's state after it. */
async function writeDay(
  connection: DuckDBConnection,
  ledger: Ledger,
  rows: DayRows,
  newest: EpochMs,
): Promise<DayState> {
  const { day } = rows;
  const known = ledger.days.get(day);
  const table = dayTable(day, known?.generation ?? 0);
  if (!known) {
    await connection.run(`CREATE TABLE ${table}(${dayColumns})`);
    await connection.run('INSERT INTO days VALUES ($1, 0, false, 0)', [day]);
  } else if (known.sorted) {
    await connection.run('UPDATE days SET sorted = false WHERE day = $1', [day]);
  }
  await rows.appendTo(connection, table);
  return {
    day,
    generation: known?.generation ?? 0,
    sorted: false,
    isRolled: known?.isRolled ?? false,
    sortedRows: known?.sortedRows ?? 0,
    lateRows: (known?.lateRows ?? 0) + rows.length,
    nextSeq: rows.firstSeq + rows.length,
    touchedAt: newest,
  };
}

async function writeSeries(connection: DuckDBConnection, added: readonly NewSeries[]): Promise<void> {
  if (added.length === 0) return;
  const appender = await connection.createAppender('series');
  try {
    for (const { id, device, property } of added) {
      appender.appendInteger(id);
      appender.appendVarchar(device);
      appender.appendVarchar(property);
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}

async function writeContext(connection: DuckDBConnection, changes: Sifted['context']): Promise<void> {
  if (changes.length === 0) return;
  const appender = await connection.createAppender('context');
  try {
    for (const { at, kind, subject, state, position } of changes) {
      appender.appendBigInt(BigInt(wholeMs(at)));
      appender.appendVarchar(kind);
      appender.appendVarchar(subject);
      appender.appendVarchar(state);
      appender.appendBigInt(BigInt(position));
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}
