import type { DuckDBConnection } from '@duckdb/node-api';
import { day as dayMs, type EpochMs, epochMs } from '#model/brand.ts';
import { inTransaction } from '#store/history/duckdb/database.ts';
import { type DayState, dayOf, dayTable, startOfDay } from '#store/history/duckdb/day.ts';
import type { KeptDays, Ledger } from '#store/history/duckdb/ledger.ts';
import { type RollParts, rollDay } from '#store/history/duckdb/roll-day.ts';
import { rollupTables } from '#store/history/duckdb/rollups.ts';
import { sortDay } from '#store/history/duckdb/sort.ts';
import type { KeptProperty, Purged, PurgeOrder } from '#store/history/history.ts';

/**
 * Takes out what is older than what is kept: readings by whole days, oldest first, then roll-ups. A day is written anew without them
 * as a sort does it; the same transaction says up to where the property's readings are gone, so that from then on nothing asks for them
 * and nothing makes roll-ups without them. Killed anywhere, the next run goes on.
 */
export async function purge(parts: RollParts, { contextFrom, kept }: PurgeOrder): Promise<readonly Purged[]> {
  const { ledger } = parts;
  const counts = new Map<string, { readings: number; rollups: number }>();
  const aims = aimsOf(ledger, kept);
  const newest = Math.max(Number.NEGATIVE_INFINITY, ...[...aims.values()].map(({ day }) => day));
  for (const day of [...ledger.days.keys()].sort((a, b) => a - b)) {
    if (day >= newest || parts.isStopping()) break;
    await purgeDay(parts, day, { aims, counts });
  }
  if (!parts.isStopping()) await purgeRollups(parts, aims, counts);
  if (!parts.isStopping()) await forgetEmptied(parts, aims);
  if (!parts.isStopping() && contextFrom !== null)
    await parts.writers.take(() =>
      parts.connection.run('DELETE FROM context WHERE happened < $1::DOUBLE', [contextFrom]),
    );
  return kept.flatMap(({ property, readingsFrom }) => {
    const removed = counts.get(property);
    return removed ? [{ property, ...removed, until: startsOf(readingsFrom) }] : [];
  });
}

const startsOf = (at: EpochMs | null): EpochMs | null => (at === null ? null : startOfDay(dayOf(at)));

type Aims = ReadonlyMap<string, KeptDays>;
type Counts = Map<string, { readings: number; rollups: number }>;

/** Where each property shall begin; never further back than it begins already. */
function aimsOf(ledger: Ledger, kept: readonly KeptProperty[]): Aims {
  return new Map(
    kept.map(({ property, readingsFrom, rollupsFrom }) => {
      const now = ledger.kept.get(property) ?? {
        day: Number.NEGATIVE_INFINITY,
        rolledDay: Number.NEGATIVE_INFINITY,
      };
      const day = Math.max(now.day, readingsFrom === null ? Number.NEGATIVE_INFINITY : dayOf(readingsFrom));
      const rolledDay = Math.max(
        now.rolledDay,
        rollupsFrom === null ? Number.NEGATIVE_INFINITY : dayOf(rollupsFrom),
      );
      return [property, { day, rolledDay: Math.min(day, rolledDay) }];
    }),
  );
}

async function purgeDay(
  parts: RollParts,
  day: number,
  { aims, counts }: { readonly aims: Aims; readonly counts: Counts },
): Promise<void> {
  const { ledger } = parts;
  const due = [...aims].filter(([property, aim]) => aim.day > day && keptDay(ledger, property) <= day);
  if (due.length === 0) return;
  const properties = new Map(
    due.flatMap(([property]) => ledger.series.ofProperty(property).map((id) => [id, property])),
  );
  // Roll-ups are all that will be left of them.
  await putInOrder(parts, day);
  const state = ledger.days.get(day);
  if (!state?.isRolled || !state.sorted || parts.isStopping()) return;
  await sortDay(parts, state, {
    without: new Set(properties.keys()),
    removed: (series, rows) => {
      const property = properties.get(series) ?? '';
      const count = counts.get(property) ?? { readings: 0, rollups: 0 };
      counts.set(property, { ...count, readings: count.readings + rows });
    },
    alsoThen: (connection) =>
      writeKept(
        connection,
        ledger,
        due.map(([property]) => [property, { day: day + 1 }]),
      ),
  });
  for (const [property] of due) keep(ledger, property, { day: day + 1 });
}

async function putInOrder(parts: RollParts, day: number): Promise<void> {
  const before = parts.ledger.days.get(day);
  if (before && !before.sorted) await sortDay(parts, before);
  const now: DayState | undefined = parts.ledger.days.get(day);
  if (now?.sorted && !now.isRolled && !parts.isStopping()) await rollDay(parts, now);
}

async function purgeRollups(parts: RollParts, aims: Aims, counts: Counts): Promise<void> {
  const { connection, ledger, writers } = parts;
  const changed = [...aims].filter(([property, aim]) => {
    const now = ledger.kept.get(property);
    return (
      aim.day > (now?.day ?? Number.NEGATIVE_INFINITY) ||
      aim.rolledDay > (now?.rolledDay ?? Number.NEGATIVE_INFINITY)
    );
  });
  if (changed.length === 0) return;
  await writers.take(async () => {
    await inTransaction(connection, async () => {
      const tables = await rollupTables(connection);
      for (const [property, { rolledDay }] of changed) {
        const ids = ledger.series.ofProperty(property);
        if (ids.length === 0 || rolledDay === Number.NEGATIVE_INFINITY) continue;
        for (const table of tables) {
          const result = await connection.run(
            `DELETE FROM ${table} WHERE day < $1 AND series IN (${ids.join(', ')})`,
            [rolledDay],
          );
          const count = counts.get(property) ?? { readings: 0, rollups: 0 };
          if (result.rowsChanged > 0)
            counts.set(property, { ...count, rollups: count.rollups + result.rowsChanged });
        }
      }
      await writeKept(connection, ledger, changed);
    });
    for (const [property, aim] of changed) keep(ledger, property, aim);
  });
}

/** Names of which nothing is left go, too: whoever asks what there is would be offered them. A run that was killed before is made good by the next. */
async function forgetEmptied({ connection, ledger, writers }: RollParts, aims: Aims): Promise<void> {
  const purged = [...aims.keys()].filter((property) => ledger.kept.has(property));
  if (purged.every((property) => ledger.series.ofProperty(property).length === 0)) return;
  await writers.take(async () => {
    const left = new Set<number>();
    const note = async (sql: string): Promise<void> => {
      for (const [id] of await (await connection.run(sql)).getRows()) left.add(Number(id));
    };
    // Whatever lies in a day that has its roll-ups lies in those of the day.
    for (const table of await rollupTables(connection)) await note(`SELECT DISTINCT series FROM ${table}`);
    for (const { day, generation, isRolled, sorted } of ledger.days.values())
      if (!isRolled || !sorted)
        await note(`SELECT DISTINCT key // ${dayMs} FROM ${dayTable(day, generation)}`);
    const empty = purged.flatMap((property) =>
      ledger.series.ofProperty(property).filter((id) => !left.has(id)),
    );
    if (empty.length === 0) return;
    await connection.run(`DELETE FROM series WHERE id IN (${empty.join(', ')})`);
    ledger.series.forget(new Set(empty));
  });
}

const keptDay = (ledger: Ledger, property: string): number =>
  ledger.kept.get(property)?.day ?? Number.NEGATIVE_INFINITY;

function keep(ledger: Ledger, property: string, aim: Partial<KeptDays>): void {
  const now = ledger.kept.get(property) ?? {
    day: Number.NEGATIVE_INFINITY,
    rolledDay: Number.NEGATIVE_INFINITY,
  };
  ledger.kept.set(property, { ...now, ...aim });
}

/** Within the transaction of `connection`. */
async function writeKept(
  connection: DuckDBConnection,
  ledger: Ledger,
  changes: readonly (readonly [string, Partial<KeptDays>])[],
): Promise<void> {
  for (const [property, change] of changes) {
    const { day, rolledDay } = {
      day: Number.NEGATIVE_INFINITY,
      rolledDay: Number.NEGATIVE_INFINITY,
      ...ledger.kept.get(property),
      ...change,
    };
    await connection.run('DELETE FROM kept WHERE property = $1', [property]);
    await connection.run('INSERT INTO kept VALUES ($1, $2::DOUBLE, $3::DOUBLE)', [
      property,
      Math.max(day, beginning),
      Math.max(rolledDay, beginning),
    ]);
  }
}

/** A day before all others, as the file has it. */
const beginning = dayOf(epochMs(-8.64e15)) - 1;
