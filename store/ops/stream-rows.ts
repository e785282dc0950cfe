import type { DatabaseSync } from 'node:sqlite';
import { epochMs, type PlaceId } from '#model/brand.ts';
import type { StreamEvent } from '#model/stream.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

interface EventRow {
  seq: number;
  topic: StreamEvent['topic'];
  at: number;
  place: PlaceId;
  body: string;
  changes: string | null;
}

/** The durable log of the live stream, so that a client that was away resumes where it was. */
export class StreamRows {
  readonly #emit: Statement<never>;
  readonly #after: Statement<EventRow>;
  readonly #last: Statement<{ seq: number }>;
  readonly #first: Statement<{ seq: number }>;
  readonly #trim: Statement<never>;

  constructor(connection: DatabaseSync) {
    this.#emit = prepare(
      connection,
      'insert into events (topic, at, place, body, changes) values (?, ?, ?, ?, ?)',
    );
    this.#after = prepare(
      connection,
      'select seq, topic, at, place, body, changes from events where seq > ? order by seq limit ?',
    );
    this.#last = prepare(connection, 'select coalesce(max(seq), 0) as seq from events');
    this.#first = prepare(connection, 'select min(seq) as seq from events having count(*) > 0');
    this.#trim = prepare(connection, 'delete from events where seq <= (select max(seq) from events) - ?');
  }

  emit(event: Omit<StreamEvent, 'seq'>): void {
    const { at, body, changes, place, topic } = event;
    this.#emit.run(
      topic,
      at,
      place,
      JSON.stringify(body),
      changes === undefined ? null : JSON.stringify(changes),
    );
  }
  /** In order; -1 for all. */
  after(seq: number, limit: number): StreamEvent[] {
    return this.#after.all(seq, limit).map((row) => ({
      seq: row.seq,
      topic: row.topic,
      at: epochMs(row.at),
      place: row.place,
      body: parsed<unknown>(row.body),
      ...(row.changes === null ? {} : { changes: parsed<string[]>(row.changes) }),
    }));
  }
  /** 0 when nothing was ever emitted. */
  last(): number {
    return this.#last.get()?.seq ?? 0;
  }
  /** Before the oldest that is kept; 0: nothing was ever deleted. */
  floor(): number {
    return (this.#first.get()?.seq ?? 1) - 1;
  }
  trim(keepNewest: number): void {
    this.#trim.run(keepNewest);
  }
}
