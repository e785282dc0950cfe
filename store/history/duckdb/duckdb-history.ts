import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { ReceivedReadings } from '#model/received.ts';
import type { Copyable, CopyEnd } from '#store/history/copy/copy-end.ts';
import { appendBatches } from '#store/history/duckdb/append.ts';
import { readBuckets } from '#store/history/duckdb/buckets.ts';
import { Calendars, checkBuckets } from '#store/history/duckdb/calendar.ts';
import { readContext } from '#store/history/duckdb/context.ts';
import { bytesInBlocks, copyFile, takeFresh } from '#store/history/duckdb/copy-file.ts';
import { countReadings } from '#store/history/duckdb/count.ts';
import { type Database, openDatabase } from '#store/history/duckdb/database.ts';
import { type DayState, dueReason, isOver, startOfDay } from '#store/history/duckdb/day.ts';
import { DuckDbCopyEnd } from '#store/history/duckdb/duckdb-copy-end.ts';
import { extentOf } from '#store/history/duckdb/extent.ts';
import { holdingsOf } from '#store/history/duckdb/holdings.ts';
import { type Ledger, loadLedger } from '#store/history/duckdb/ledger.ts';
import { nextSlices, readMeasured } from '#store/history/duckdb/measured.ts';
import { purge } from '#store/history/duckdb/purge.ts';
import { checkLimit, readPage } from '#store/history/duckdb/raw.ts';
import { chooseSeries, ReceivedRows, readReceived } from '#store/history/duckdb/received.ts';
import { slicesOf } from '#store/history/duckdb/received-slices.ts';
import { type RollParts, rollDay } from '#store/history/duckdb/roll-day.ts';
import { withoutReadings } from '#store/history/duckdb/rollups.ts';
import { sortDay } from '#store/history/duckdb/sort.ts';
import { Turn } from '#store/history/duckdb/turn.ts';
import type {
  Appended,
  BucketAnswer,
  BucketQuery,
  ContextChange,
  ContextQuery,
  Erasure,
  Extent,
  HeatAnswer,
  HeatQuery,
  HistoryBatch,
  HistoryStatus,
  Holdings,
  KeepRejected,
  MeasuredQuery,
  Page,
  Purged,
  PurgeOrder,
  RawQuery,
  Received,
  ReceivedQuery,
  SeriesName,
} from '#store/history/history.ts';

export interface DuckDbHistoryOptions {
  /** The file; its folder is made when missing. */
  readonly path: string;
  /** Upper bound of DuckDB's buffers, with unit; default `256MB`. */
  readonly memoryLimit?: string;
  /** Default 2. */
  readonly threads?: number;
  /** IANA zone at whose midnights the roll-ups of days are cut, asked for when they are made; default: Asia/Shanghai. */
  readonly timezone?: () => string | undefined;
  /** About how many rows are sorted at once by `maintain`; default 1,000,000. */
  readonly sliceRows?: number;
  /** Whether the disk has room for so many bytes more: a day for which it has none is not sorted yet. Default: always. */
  readonly hasRoom?: (bytes: number) => boolean;
  /** Most that DuckDB may write beside the file while it works, with unit; default: what DuckDB takes. */
  readonly temporaryLimit?: string;
  /** DuckDB moves its write-ahead log home at this size, with unit; default `16MB`. */
  readonly logLimit?: string;
}

/** What maintenance goes by. */
interface Upkeep extends Required<Pick<DuckDbHistoryOptions, 'sliceRows' | 'hasRoom'>> {
  readonly timezone: () => string;
}

/** A row in a table that is being written, at most. */
const bytesARow = 24;

/** History in a file, which may have been put back from another copy than what it takes over from. */
export interface FileHistory extends Copyable {
  /** Takes batches above `to` again; what there is of them already counts once. */
  goBack(to: Position): Promise<void>;
}

/** Opens or makes the embedded history. Throws GridbellError that says what to do when the file cannot be used. */
export async function openDuckDbHistory(options: DuckDbHistoryOptions): Promise<FileHistory> {
  const { path, memoryLimit = '256MB', threads = 2, sliceRows = 1_000_000, hasRoom = () => true } = options;
  const timezone = (): string => options.timezone?.() ?? 'Asia/Shanghai';
  const { temporaryLimit, logLimit } = options;
  const database = await openDatabase({
    path,
    memoryLimit,
    threads,
    ...(temporaryLimit === undefined ? {} : { temporaryLimit }),
    ...(logLimit === undefined ? {} : { logLimit }),
  });
  return new DuckDbHistory(database, await loadLedger(database.writer), { sliceRows, hasRoom, timezone });
}

class DuckDbHistory implements FileHistory {
  readonly #database: Database;
  #ledger: Ledger;
  readonly #options: Upkeep;
  readonly #calendars = new Calendars();
  readonly #writers = new Turn();
  /** One connection puts in order, makes roll-ups and takes out: one after the other. */
  readonly #upkeep = new Turn();
  /** Of those who read very much one asks at a time: a connection stays for who reads little. */
  readonly #longReads = new Turn();
  readonly #running = new Set<Promise<unknown>>();
  #maintenance: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(database: Database, ledger: Ledger, options: Upkeep) {
    this.#database = database;
    this.#ledger = ledger;
    this.#options = options;
  }

  position(): Promise<Position> {
    return Promise.resolve(this.#ledger.position);
  }

  goBack(to: Position): Promise<void> {
    return this.#run(() =>
      this.#writers.take(async () => {
        await this.#database.writer.run("UPDATE meta SET value = $1 WHERE name = 'position'", [BigInt(to)]);
        this.#ledger.position = to;
      }),
    );
  }

  append(batches: readonly HistoryBatch[], keep?: KeepRejected): Promise<Appended> {
    return this.#run(() =>
      this.#writers.take(() => appendBatches(this.#database.writer, this.#ledger, batches, keep)),
    );
  }

  readings(query: RawQuery): Promise<Page> {
    return this.#run(async () => {
      checkLimit(query.limit);
      const series = this.#ledger.series.find(query.device, query.property);
      if (series === undefined) return { points: [], next: null };
      return this.#database.read((connection) => readPage(connection, series, query));
    });
  }

  async buckets({ device, ...query }: BucketQuery): Promise<BucketAnswer> {
    const { rows, source } = await this.heat({ ...query, devices: [device] });
    return { points: rows[0]?.points ?? [], source };
  }

  heat(query: HeatQuery): Promise<HeatAnswer> {
    return this.#run(async () => {
      checkBuckets(query.everyMs, query.timezone);
      const series = new Map(
        query.devices.flatMap((device) => {
          const id = this.#ledger.series.find(device, query.property);
          return id === undefined ? [] : [[id, device]];
        }),
      );
      const calendar = this.#calendars.of(query.timezone);
      const { points, source } = await this.#database.read((connection) =>
        readBuckets({ connection, series: [...series.keys()] }, query, calendar),
      );
      const rows = [...series].flatMap(([id, device]) => {
        const found = points.get(id);
        return found ? [{ device, points: found }] : [];
      });
      return { rows, source };
    });
  }

  context(query: ContextQuery): Promise<readonly ContextChange[]> {
    return this.#run(() => this.#database.read((connection) => readContext(connection, query)));
  }

  async received(query: ReceivedQuery): Promise<Received> {
    const chosen = chooseSeries(this.#ledger.series, query);
    return { series: chosen.names, batches: this.#receivedBatches(chosen.ids, query) };
  }

  extent(): Promise<Extent | null> {
    return this.#run(() => this.#database.read((connection) => extentOf(connection)));
  }

  /** Each slice is a question of its own: others get their turn between two, and no sort waits for all of them. */
  async *#receivedBatches(
    ids: readonly number[],
    query: ReceivedQuery,
  ): AsyncIterableIterator<ReceivedReadings> {
    if (ids.length === 0) return;
    const slices = await this.#run(() =>
      this.#database.read((connection) => slicesOf(connection, ids, query)),
    );
    let [rows, others] = [new ReceivedRows(), new ReceivedRows()];
    for (const slice of slices) {
      [rows, others] = [others, rows];
      const into = rows;
      yield await this.#run(() =>
        this.#database.read((connection) => readReceived(connection, ids, slice, into)),
      );
    }
  }

  async measured(query: MeasuredQuery): Promise<Received> {
    const found = query.series.flatMap((name) => {
      const id = this.#ledger.series.find(name.device, name.property);
      return id === undefined ? [] : [{ id, name }];
    });
    const ids = found.map(({ id }) => id);
    return { series: found.map(({ name }) => name), batches: this.#measuredBatches(ids, query) };
  }

  series(devices: readonly DeviceId[]): Promise<readonly SeriesName[]> {
    return this.#run(async () =>
      devices.flatMap((device) =>
        [...this.#ledger.series.propertiesOf(device).keys()]
          .toSorted()
          .map((property) => ({ device, property })),
      ),
    );
  }

  /** As `received`: nothing is held between two slices. */
  async *#measuredBatches(
    ids: readonly number[],
    { from, to }: MeasuredQuery,
  ): AsyncIterableIterator<ReceivedReadings> {
    if (ids.length === 0) return;
    const read = <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> =>
      this.#run(() => this.#longReads.take(() => this.#database.read(work)));
    let [rows, others] = [new ReceivedRows(), new ReceivedRows()];
    for (let begin = from; begin < to; ) {
      const range = { from: begin, to };
      const cut = await read((connection) => nextSlices(connection, ids, range));
      for (const slice of cut.slices) {
        [rows, others] = [others, rows];
        const into = rows;
        yield await read((connection) => readMeasured(connection, ids, slice, into));
      }
      begin = cut.to;
    }
  }

  count(device?: DeviceId): Promise<number> {
    const series = device === undefined ? null : this.#ledger.series.ofDevice(device);
    return this.#run(() => this.#database.read((connection) => countReadings(connection, series)));
  }

  copyEnd(): CopyEnd {
    return new DuckDbCopyEnd({
      database: this.#database,
      ledger: () => this.#ledger,
      writers: this.#writers,
    });
  }

  maintain(): Promise<void> {
    this.#maintenance ??= this.#run(() => this.#upkeep.take(() => this.#sortDueDays())).finally(() => {
      this.#maintenance = null;
    });
    return this.#maintenance;
  }

  unsortedDays(): number {
    return [...this.#ledger.days.values()].filter(({ sorted }) => !sorted).length;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  properties(): Promise<readonly string[]> {
    return this.#run(async () => this.#ledger.series.properties());
  }

  purge(order: PurgeOrder): Promise<readonly Purged[]> {
    return this.#run(() => this.#upkeep.take(() => purge(this.#parts(), order)));
  }

  async erase(subjects: readonly string[]): Promise<Erasure> {
    await this.#run(() =>
      this.#writers.take(async () => {
        for (const subject of subjects) {
          await this.#database.writer.run('INSERT INTO erasures VALUES ($1)', [subject]);
          this.#ledger.erasures.add(subject);
        }
      }),
    );
    return this.#run(() => this.#upkeep.take(() => this.#writeAnew()));
  }

  async compact(): Promise<void> {
    await this.#run(() => this.#upkeep.take(() => this.#writeAnew()));
  }

  async rebuild(): Promise<void> {
    await this.#run(() =>
      this.#writers.take(async () => {
        // Of days whose readings are gone the roll-ups are all there is.
        await this.#database.writer.run('DELETE FROM rolled WHERE generation <> $1', [withoutReadings]);
        for (const state of this.#ledger.days.values())
          this.#ledger.days.set(state.day, { ...state, isRolled: false });
      }),
    );
    await this.maintain();
  }

  async status(): Promise<HistoryStatus> {
    const states = [...this.#ledger.days.values()];
    const { path } = this.#database;
    const oldest = states.reduce((least, { day }) => Math.min(least, day), Number.POSITIVE_INFINITY);
    return {
      bytes: (await bytesOf(path)) + (await bytesOf(`${path}.wal`)),
      days: states.length,
      unsortedDays: this.unsortedDays(),
      daysWithoutRollups: states.filter((state) => isOver(state, this.#ledger.newest) && !state.isRolled)
        .length,
      series: this.#ledger.series.size,
      oldest: states.length === 0 ? null : startOfDay(oldest),
      newest: states.length === 0 ? null : this.#ledger.newest,
      isErasing: this.#ledger.erasures.size > 0,
    };
  }

  holdings(recentFrom: EpochMs): Promise<Holdings> {
    return this.#run(() =>
      this.#longReads.take(() => this.#database.read((connection) => holdingsOf(connection, recentFrom))),
    );
  }

  /** Only with the turn of upkeep. Without what is to be erased; appends wait, questions go on but for the moment of the exchange. */
  #writeAnew(): Promise<Erasure> {
    return this.#writers.take(async () => {
      const subjects = [...this.#ledger.erasures];
      const series = subjects.flatMap((device) => this.#ledger.series.ofDevice(device as DeviceId));
      const { path } = this.#database;
      const bytes = (await bytesInBlocks(this.#database.sorter)) + (await bytesOf(`${path}.wal`));
      if (!this.#options.hasRoom(bytes))
        throw new GridbellError(
          'not-ready',
          `to write history anew wants ${Math.ceil(bytes / 2 ** 20)} MB of the disk beside what is kept for alarms: make room, and try again`,
        );
      const copied = await copyFile(this.#database.sorter, path, { series, subjects });
      await this.#database.exchange(() => takeFresh(path));
      this.#ledger = await loadLedger(this.#database.writer);
      return copied;
    });
  }

  #parts(): RollParts {
    return {
      connection: this.#database.sorter,
      ledger: this.#ledger,
      writers: this.#writers,
      sliceRows: this.#options.sliceRows,
      isStopping: () => this.#closing !== null,
      timezone: this.#options.timezone(),
    };
  }

  async #sortDueDays(): Promise<void> {
    const failures: unknown[] = [];
    // A disk without room for it has room for days, perhaps.
    if (this.#ledger.erasures.size > 0)
      await this.#writeAnew().catch((error: unknown) => failures.push(error));
    const parts = this.#parts();
    const due = [...this.#ledger.days.values()].filter((state) => dueReason(state, this.#ledger.newest));
    for (const { day } of due) {
      const state = this.#ledger.days.get(day);
      if (!state || parts.isStopping()) continue;
      if (!this.#options.hasRoom((state.sortedRows + state.lateRows) * bytesARow)) continue;
      // A day that cannot be sorted stays as it is, readable; it must not keep the others from it.
      await putInOrder(parts, state).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw sortingError(failures);
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#running);
    try {
      await this.#database.writer.run('CHECKPOINT');
    } finally {
      this.#database.close();
    }
  }

  /** Keeps count of what runs, so that `close` waits for it and nothing begins after. */
  #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new GridbellError('not-ready', 'history is closed'));
    const running = work();
    this.#running.add(running);
    const forget = (): boolean => this.#running.delete(running);
    running.then(forget, forget);
    return running;
  }
}

/** Sorts a day where that is due, and makes its roll-ups where it is over. */
async function putInOrder(parts: RollParts, state: DayState): Promise<void> {
  if (!state.sorted) await sortDay(parts, state);
  const now = parts.ledger.days.get(state.day);
  if (now && !parts.isStopping() && dueReason(now, parts.ledger.newest) === 'no-roll-ups')
    await rollDay(parts, now);
}

const bytesOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

const sortingError = (failures: readonly unknown[]): GridbellError =>
  new GridbellError(
    'internal',
    `upkeep failed ${failures.length} times, what it was about stays as it is: ${messageOf(failures[0])}`,
    { cause: failures[0] },
  );
