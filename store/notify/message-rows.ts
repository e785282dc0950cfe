import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

/** A message as the store sees it: what it looks for, and the rest as it was given (notify/message.ts). */
export interface MessageRow {
  readonly notice: {
    readonly seq: number;
    readonly id: string;
    readonly task: string | null;
    readonly person: string;
    readonly lifeSafety: boolean;
  };
  readonly state: string;
  readonly lead: string | null;
  readonly dueAt: number | null;
  readonly toldAt: number | null;
}

interface Row {
  body: string;
}

/** Messages by task, person and time. `M` is notify/message.ts `Message`, by shape. */
export class MessageRows<M extends MessageRow> {
  readonly #connection: DatabaseSync;
  readonly #put: Statement<never>;
  readonly #get: Statement<Row>;
  readonly #due: Statement<Row>;
  readonly #onTask: Statement<Row>;
  readonly #waiting: Statement<Row>;
  readonly #members: Statement<Row>;
  readonly #lastTold: Statement<{ at: number | null }>;
  readonly #nextDue: Statement<{ due: number | null }>;

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#put = prepare(
      connection,
      `insert into messages (seq, id, task, person, state, lead, due_at, told_at, life_safety, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (id) do update set state = excluded.state, lead = excluded.lead, due_at = excluded.due_at,
         told_at = excluded.told_at, body = excluded.body`,
    );
    this.#get = prepare(connection, 'select body from messages where id = ?');
    this.#due = prepare(
      connection,
      'select body from messages where due_at <= ? order by life_safety desc, due_at, seq limit ?',
    );
    this.#onTask = prepare(
      connection,
      'select body from messages where task = ?1 and (?2 is null or person = ?2) order by seq desc limit 1000',
    );
    this.#waiting = prepare(
      connection,
      `select body from messages where person = ? and state = 'waiting' and life_safety = 0 and task <> '' order by seq limit 1`,
    );
    this.#members = prepare(connection, 'select body from messages where lead = ? order by seq');
    this.#lastTold = prepare(
      connection,
      'select max(told_at) as at from messages where person = ? and life_safety = 0',
    );
    this.#nextDue = prepare(connection, 'select min(due_at) as due from messages where due_at > ?');
  }

  put(message: M): void {
    const { dueAt, lead, notice, state, toldAt } = message;
    const { id, lifeSafety, person, seq, task } = notice;
    const body = JSON.stringify(message);
    this.#put.run(seq, id, task ?? '', person, state, lead, dueAt, toldAt, lifeSafety ? 1 : 0, body);
  }
  get(id: string): M | undefined {
    const row = this.#get.get(id);
    return row && parsed<M>(row.body);
  }
  due(at: number, limit: number): readonly M[] {
    return this.#due.all(at, limit).map(({ body }) => parsed<M>(body));
  }
  onTask(task: string, person: string | undefined): readonly M[] {
    return this.#onTask.all(task, person ?? null).map(({ body }) => parsed<M>(body));
  }
  waiting(person: string): M | undefined {
    const row = this.#waiting.get(person);
    return row && parsed<M>(row.body);
  }
  members(lead: string): readonly M[] {
    return this.#members.all(lead).map(({ body }) => parsed<M>(body));
  }
  lastToldTo(person: string): number | undefined {
    return this.#lastTold.get(person)?.at ?? undefined;
  }
  nextDue(after: number): number | undefined {
    return this.#nextDue.get(after)?.due ?? undefined;
  }

  /** Newest first, from constant parts only. */
  outbox(
    filter: {
      readonly task?: string | undefined;
      readonly person?: string | undefined;
      readonly state?: string | undefined;
    },
    page: { readonly limit: number; readonly before?: number },
  ): readonly M[] {
    const wants: string[] = [];
    const values: SQLInputValue[] = [];
    const want = (text: string, ...bound: SQLInputValue[]): void => {
      wants.push(text);
      values.push(...bound);
    };
    if (page.before !== undefined) want('seq < ?', page.before);
    if (filter.task !== undefined) want('task = ?', filter.task);
    if (filter.person !== undefined) want('person = ?', filter.person);
    if (filter.state !== undefined)
      want(
        '(state = ? or id in (select message from deliveries where state = ?))',
        filter.state,
        filter.state,
      );
    const where = wants.length === 0 ? '' : `where ${wants.join(' and ')}`;
    return this.#connection
      .prepare(`select body from messages ${where} order by seq desc limit ?`)
      .all(...values, page.limit)
      .map((row) => parsed<M>(String(row['body'])));
  }
}
