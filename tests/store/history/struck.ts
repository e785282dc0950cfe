import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayTable } from '#store/history/duckdb/day.ts';
import { inspect } from '#tests/store/history/inspect.ts';

/** What a killed process was at beside its appends, by what it left behind; null: nothing that can be seen. */
export type Work = 'sorting' | 'roll-ups' | 'retention';

export interface Struck {
  readonly work: Work | null;
  /** An erasure was ordered and is not done. */
  readonly isOrdered: boolean;
  /** A file that is written anew lies beside it. */
  readonly isCopying: boolean;
  /** From when on a property has roll-ups; only of what was taken out of. */
  readonly rolledFrom: ReadonlyMap<string, number>;
}

const dayMs = 86_400_000;

/** Looks at a copy: the file itself is to be opened by nobody before history opens it. */
export async function lookAtStruck(path: string): Promise<Struck> {
  const folder = await mkdtemp(join(tmpdir(), 'gridbell-struck-'));
  try {
    const copy = join(folder, 'copy.duckdb');
    await copyFile(path, copy);
    if (await stat(`${path}.wal`).catch(() => null)) await copyFile(`${path}.wal`, `${copy}.wal`);
    return { ...(await look(copy)), isCopying: (await stat(`${path}.fresh`).catch(() => null)) !== null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function look(path: string): Promise<Omit<Struck, 'isCopying'>> {
  const tables = (await inspect(path, 'SELECT table_name FROM duckdb_tables()')).map(([name]) =>
    String(name),
  );
  if (!tables.includes('kept')) return { work: null, isOrdered: false, rolledFrom: new Map() };
  const days = await inspect(path, 'SELECT day, generation, sorted FROM days');
  const rolled = await inspect(path, 'SELECT property, rolled_day FROM kept');
  const ordered = await inspect(path, 'SELECT 1 FROM erasures');
  const next = new Map(
    days.map(([day, generation, sorted]) => [
      dayTable(Number(day), Number(generation) + 1),
      // A day that is in order already is written anew only to leave something out.
      sorted === true ? ('retention' as const) : ('sorting' as const),
    ]),
  );
  const made = tables.map((name) => next.get(name)).find((work) => work !== undefined);
  const isRolling = tables.some((name) => name.startsWith('rolling_'));
  return {
    isOrdered: ordered.length > 0,
    work: isRolling ? 'roll-ups' : (made ?? null),
    rolledFrom: new Map(rolled.map(([property, day]) => [String(property), Number(day) * dayMs])),
  };
}
