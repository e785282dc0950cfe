import type { DatabaseSync } from 'node:sqlite';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** A delivery as the store sees it: what it looks for, and the rest as it was given (notify/message.ts). */
export interface DeliveryRow {
  readonly id: number;
  readonly message: string;
  readonly channel: string;
  readonly key: string;
  readonly state: string;
  readonly dueAt: number | null;
  readonly lifeSafety: boolean;
}

interface Row {
  id: number;
  body: string;
}

/** Deliveries by channel and time. `D` is notify/message.ts `Delivery`, by shape. */
export class DeliveryRows<D extends DeliveryRow> {
  readonly #add: Statement<{ id: number }>;
  readonly #put: Statement<never>;
  readonly #get: Statement<Row>;
  readonly #ofMessage: Statement<Row>;
  readonly #due: Statement<Row>;
  readonly #inState: Statement<Row>;
  readonly #dead: Statement<Row>;
  readonly #taken: Statement<Row>;
  readonly #counts: Statement<{ channel: string; state: string; count: number }>;
  readonly #attempt: Statement<never>;
  readonly #nextDue: Statement<{ due: number | null }>;

  constructor(connection: DatabaseSync) {
    const columns = 'id, body';
    this.#add = prepare(
      connection,
      `insert into deliveries (message, channel, key, state, due_at, life_safety, body)
       values (?, ?, ?, ?, ?, ?, ?) returning id`,
    );
    this.#put = prepare(connection, 'update deliveries set state = ?, due_at = ?, body = ? where id = ?');
    this.#get = prepare(connection, `select ${columns} from deliveries where id = ?`);
    this.#ofMessage = prepare(connection, `select ${columns} from deliveries where message = ? order by id`);
    this.#due = prepare(
      connection,
      `select ${columns} from deliveries where channel = ? and due_at <= ?
       order by life_safety desc, due_at, id limit ?`,
    );
    this.#inState = prepare(connection, `select ${columns} from deliveries where state = ? order by id`);
    this.#taken = prepare(
      connection,
      `select ${columns} from deliveries where state in ('sent', 'delivered') and channel = ? order by id`,
    );
    this.#dead = prepare(
      connection,
      `select ${columns} from deliveries where state = 'dead' and (?1 is null or channel = ?1) order by id limit ?2`,
    );
    this.#counts = prepare(
      connection,
      'select channel, state, count(*) as count from deliveries group by state, channel',
    );
    this.#nextDue = prepare(connection, 'select min(due_at) as due from deliveries where due_at > ?');
    this.#attempt = prepare(
      connection,
      `insert into attempts (delivery, number, at, outcome, because) values (?, ?, ?, ?, ?)
       on conflict do update set outcome = excluded.outcome, because = excluded.because`,
    );
  }

  add(delivery: Omit<D, 'id'>): D {
    const { channel, dueAt, key, lifeSafety, message, state } = delivery;
    const body = JSON.stringify(delivery);
    const row = this.#add.get(message, channel, key, state, dueAt, lifeSafety ? 1 : 0, body);
    if (!row) throw new Error(`delivery ${key} was not written`);
    return { ...delivery, id: row.id } as unknown as D;
  }
  put(delivery: D): void {
    this.#put.run(delivery.state, delivery.dueAt, JSON.stringify(delivery), delivery.id);
  }
  get(id: number): D | undefined {
    const row = this.#get.get(id);
    return row && this.#from(row);
  }
  ofMessage(message: string): readonly D[] {
    return this.#ofMessage.all(message).map((row) => this.#from(row));
  }
  due(channel: string, at: number, limit: number): readonly D[] {
    return this.#due.all(channel, at, limit).map((row) => this.#from(row));
  }
  inState(state: string): readonly D[] {
    return this.#inState.all(state).map((row) => this.#from(row));
  }
  taken(channel: string): readonly D[] {
    return this.#taken.all(channel).map((row) => this.#from(row));
  }
  dead(channel: string | undefined, limit: number): readonly D[] {
    return this.#dead.all(channel ?? null, limit).map((row) => this.#from(row));
  }
  /** By channel and state. */
  counts(): Record<string, Record<string, number>> {
    const counts: Record<string, Record<string, number>> = {};
    for (const { channel, count, state } of this.#counts.all()) {
      counts[channel] = { ...counts[channel], [state]: count };
    }
    return counts;
  }
  nextDue(after: number): number | undefined {
    return this.#nextDue.get(after)?.due ?? undefined;
  }
  noteAttempt(attempt: {
    readonly delivery: number;
    readonly number: number;
    readonly at: number;
    readonly outcome: string;
    readonly because: string | null;
  }): void {
    this.#attempt.run(attempt.delivery, attempt.number, attempt.at, attempt.outcome, attempt.because);
  }

  #from({ body, id }: Row): D {
    return { ...parsed<D>(body), id };
  }
}
