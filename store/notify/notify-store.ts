import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs, type PersonId } from '#model/brand.ts';
import { type DeliveryRow, DeliveryRows } from '#store/notify/delivery-rows.ts';
import { type LinkRow, LinkRows } from '#store/notify/link-rows.ts';
import { type MessageRow, MessageRows } from '#store/notify/message-rows.ts';
import { migrateNotifyStore } from '#store/notify/schema.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';

interface Subscription {
  readonly endpoint: string;
}
interface Attempt {
  readonly delivery: number;
  readonly number: number;
  readonly at: number;
  readonly outcome: string;
  readonly because: string | null;
}

export interface NotifyStoreOptions {
  /** Does some work; on a full disk again as long as room can be made. Absent: a full disk is for the caller. */
  readonly withRoom?: <T>(work: () => T) => T;
  /** How long its write-ahead log may grow, on a disk that has little room; default and most: 4 MB. */
  readonly logBytes?: number;
}

/** A person has some browsers; more come from a fault. */
const mostSubscriptions = 20;
const pageBytes = 4_096;
const mostLogBytes = 1_000 * pageBytes;
const leastLogPages = 32;

/**
 * The notifier's own store: messages, deliveries, tries, circuits, links and push subscriptions, and how far the notices of
 * the ops store were taken. Fits notify/ports.ts `NotifyStore` by shape, with its types in the places of these parameters.
 */
export class SqliteNotifyStore<
  M extends MessageRow,
  D extends DeliveryRow,
  L extends LinkRow,
  S extends Subscription,
  C extends object,
> {
  readonly #connection: DatabaseSync;
  readonly #withRoom: <T>(work: () => T) => T;
  readonly #messages: MessageRows<M>;
  readonly #deliveries: DeliveryRows<D>;
  readonly #links: LinkRows<L>;
  readonly #progress: { readonly get: Statement<{ value: number }>; readonly put: Statement<never> };
  readonly #circuits: { readonly get: Statement<{ body: string }>; readonly put: Statement<never> };
  readonly #subscriptions: Statement<{ body: string }>;
  readonly #subscribers: Statement<{ person: PersonId }>;
  readonly #putSubscription: Statement<never>;
  readonly #dropOldest: Statement<never>;

  /** Makes the file where there is none. Throws for one that is something else, newer or damaged. */
  static open<
    M extends MessageRow,
    D extends DeliveryRow,
    L extends LinkRow,
    S extends Subscription,
    C extends object,
  >(
    path: string,
    { logBytes = mostLogBytes, withRoom = (work) => work() }: NotifyStoreOptions = {},
  ): SqliteNotifyStore<M, D, L, S, C> {
    return withRoom(() => {
      // It holds keys of push subscriptions: nobody else may read it.
      closeSync(openSync(path, 'a', 0o600));
      const connection = new DatabaseSync(path, { timeout: 5_000 });
      try {
        const pages = Math.max(leastLogPages, Math.floor(Math.min(logBytes, mostLogBytes) / pageBytes));
        connection.exec(
          `pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = ${pages}`,
        );
        migrateNotifyStore(connection, path);
        return new SqliteNotifyStore<M, D, L, S, C>(connection, withRoom);
      } catch (error) {
        connection.close();
        throw error;
      }
    });
  }

  private constructor(connection: DatabaseSync, withRoom: <T>(work: () => T) => T) {
    this.#connection = connection;
    this.#withRoom = withRoom;
    this.#messages = new MessageRows<M>(connection);
    this.#deliveries = new DeliveryRows<D>(connection);
    this.#links = new LinkRows<L>(connection);
    this.#progress = {
      get: prepare(connection, 'select value from progress where name = ?'),
      put: prepare(
        connection,
        'insert into progress (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
      ),
    };
    this.#circuits = {
      get: prepare(connection, 'select body from circuits where channel = ?'),
      put: prepare(
        connection,
        'insert into circuits (channel, body) values (?, ?) on conflict (channel) do update set body = excluded.body',
      ),
    };
    this.#subscriptions = prepare(
      connection,
      'select body from push_subscriptions where person = ? order by at',
    );
    this.#subscribers = prepare(connection, 'select distinct person from push_subscriptions order by person');
    this.#dropOldest = prepare(
      connection,
      `delete from push_subscriptions where person = ? and endpoint not in
         (select endpoint from push_subscriptions where person = ? order by at desc, endpoint limit ?)`,
    );
    this.#putSubscription = prepare(
      connection,
      `insert into push_subscriptions (endpoint, person, body, at) values (?, ?, ?, ?)
       on conflict (endpoint) do update set person = excluded.person, body = excluded.body, at = excluded.at`,
    );
  }

  transaction<T>(work: () => T): T {
    return this.#withRoom(() => this.#once(work));
  }
  /** One write: within a transaction a part of it, else one of its own. */
  #write<T>(work: () => T): T {
    return this.#connection.isTransaction ? work() : this.transaction(work);
  }
  #once<T>(work: () => T): T {
    this.#connection.exec('begin immediate');
    try {
      const result = work();
      this.#connection.exec('commit');
      return result;
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('rollback');
      throw error;
    }
  }
  position(): number {
    return this.#progress.get.get('position')?.value ?? 0;
  }
  setPosition(seq: number): void {
    this.#write(() => this.#progress.put.run('position', seq));
  }

  message(id: string): M | undefined {
    return this.#messages.get(id);
  }
  putMessage(message: M): void {
    this.#write(() => this.#messages.put(message));
  }
  dueMessages(at: number, limit: number): readonly M[] {
    return this.#messages.due(at, limit);
  }
  messagesOn(task: string, person?: string): readonly M[] {
    return this.#messages.onTask(task, person);
  }
  waitingFor(person: string): M | undefined {
    return this.#messages.waiting(person);
  }
  membersOf(lead: string): readonly M[] {
    return this.#messages.members(lead);
  }
  lastToldTo(person: string): EpochMs | undefined {
    const at = this.#messages.lastToldTo(person);
    return at === undefined ? undefined : epochMs(at);
  }
  outbox(...[filter, page]: Parameters<MessageRows<M>['outbox']>): readonly M[] {
    return this.#messages.outbox(filter, page);
  }

  addDelivery(delivery: Omit<D, 'id'>): D {
    return this.#write(() => this.#deliveries.add(delivery));
  }
  delivery(id: number): D | undefined {
    return this.#deliveries.get(id);
  }
  putDelivery(delivery: D): void {
    this.#write(() => this.#deliveries.put(delivery));
  }
  deliveriesOf(message: string): readonly D[] {
    return this.#deliveries.ofMessage(message);
  }
  dueDeliveries(channel: string, at: number, limit: number): readonly D[] {
    return this.#deliveries.due(channel, at, limit);
  }
  cutDeliveries(): readonly D[] {
    return this.#deliveries.inState('trying');
  }
  takenBy(channel: string): readonly D[] {
    return this.#deliveries.taken(channel);
  }
  deadDeliveries({ channel }: { readonly channel?: string | undefined }, limit: number): readonly D[] {
    return this.#deliveries.dead(channel, limit);
  }
  countDeliveries(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return this.#deliveries.counts();
  }
  nextDue(after: number): EpochMs | undefined {
    const found = [this.#messages.nextDue(after), this.#deliveries.nextDue(after)].filter(
      (due) => due !== undefined,
    );
    return found.length === 0 ? undefined : epochMs(Math.min(...found));
  }
  noteAttempt(attempt: Attempt): void {
    this.#write(() => this.#deliveries.noteAttempt(attempt));
  }

  circuit(channel: string): C | undefined {
    const row = this.#circuits.get.get(channel);
    return row && parsed<C>(row.body);
  }
  putCircuit(channel: string, circuit: C): void {
    this.#write(() => this.#circuits.put.run(channel, JSON.stringify(circuit)));
  }

  link(id: string): L | undefined {
    return this.#links.get(id);
  }
  openLink(of: Pick<L, 'task' | 'person' | 'action'>, at: number): L | undefined {
    return this.#links.open(of, at);
  }
  putLink(link: L): void {
    this.#write(() => this.#links.put(link));
  }

  pushSubscriptions(person: string): readonly S[] {
    return this.#subscriptions.all(person).map(({ body }) => parsed<S>(body));
  }
  putPushSubscription(person: string, subscription: S, at: number): void {
    this.#write(() => {
      this.#putSubscription.run(subscription.endpoint, person, JSON.stringify(subscription), at);
      this.#dropOldest.run(person, person, mostSubscriptions);
    });
  }
  pushSubscribers(): readonly PersonId[] {
    return this.#subscribers.all().map(({ person }) => person);
  }
  deletePushSubscriptionsOf(person: string): void {
    this.#write(() =>
      this.#connection.prepare('delete from push_subscriptions where person = ?').run(person),
    );
  }
  deletePushSubscription(endpoint: string, person?: string): boolean {
    const { changes } = this.#write(() =>
      this.#connection
        .prepare('delete from push_subscriptions where endpoint = ?1 and (?2 is null or person = ?2)')
        .run(endpoint, person ?? null),
    );
    return Number(changes) > 0;
  }

  /** What is over is not worth room that alarms may need. */
  trim(at: number): void {
    this.#once(() => {
      this.#connection
        .prepare(
          `delete from messages where due_at is null and json_extract(body, '$.notice.at') < ?
           and not exists (select 1 from deliveries where message = messages.id and due_at is not null)`,
        )
        .run(at);
      this.#connection.exec(
        `delete from deliveries where message not in (select id from messages);
         delete from attempts where delivery not in (select id from deliveries)`,
      );
      this.#connection.prepare('delete from links where expires_at < ?').run(at);
    });
  }
  close(): void {
    this.#connection.close();
  }
}
