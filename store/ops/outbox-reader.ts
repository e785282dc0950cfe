import type { DatabaseSync } from 'node:sqlite';
import type { Alarm } from '#model/alarm.ts';
import { type DeviceId, type EpochMs, type PlaceId, type Position, position } from '#model/brand.ts';
import type { Community, Device, Place } from '#model/community.ts';
import type { HistoryErasure } from '#model/history-erasure.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { Task } from '#model/task.ts';
import type { HistoryBatch } from '#store/history/history.ts';
import { connectToRead } from '#store/ops/connection.ts';
import { ErasureRows } from '#store/ops/erasure-rows.ts';
import { OutboxRows } from '#store/ops/outbox-rows.ts';
import { ProgressRows } from '#store/ops/progress-rows.ts';
import { ResourceRows } from '#store/ops/resource-rows.ts';
import { StateRows } from '#store/ops/state-rows.ts';
import { parsed, prepare, type Statement } from '#store/ops/statement.ts';
import { StreamRows } from '#store/ops/stream-rows.ts';
import { type TaskRecord, WorkRows } from '#store/ops/work-rows.ts';

/** Readings, of what waits: some tens of MB in memory, however long history was away. A batch alone may hold 20,000. */
const mostAtOnce = 50_000;

/** Where the state of handing over is kept (StateRows), by its target. */
export const handoverState = 'history-handover';

/** What history takes over from the ops store, in a thread that need not load the rest of it: docs/decisions/170. */
export class OutboxReader {
  readonly #connection: DatabaseSync;
  readonly #outbox: OutboxRows;
  readonly #progress: ProgressRows;
  readonly #state: StateRows;
  readonly #erasures: ErasureRows;
  readonly #resources: ResourceRows;
  readonly #work: WorkRows;
  readonly #alarms: Statement<{ seq: number; body: string }>;
  readonly #tasks: Statement<{ seq: number; body: string }>;
  readonly #stream: StreamRows;

  /** Throws as `connectToRead`. */
  static open(path: string): OutboxReader {
    return connectToRead(path, (connection) => new OutboxReader(connection));
  }

  private constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#outbox = new OutboxRows(connection);
    this.#progress = new ProgressRows(connection);
    this.#state = new StateRows(connection);
    this.#resources = new ResourceRows(connection);
    this.#stream = new StreamRows(connection);
    this.#erasures = new ErasureRows(connection);
    this.#work = new WorkRows(connection);
    const inOrder = (table: 'alarms' | 'tasks') =>
      prepare<{ seq: number; body: string }>(
        connection,
        `select seq, body from ${table} where seq > ? order by seq limit ?`,
      );
    this.#alarms = inOrder('alarms');
    this.#tasks = inOrder('tasks');
  }

  close(): void {
    this.#connection.close();
  }

  /** In order, at most `limit`, and no more than about `mostAtOnce` readings. */
  batchesAfter(behind: Position, limit: number): readonly HistoryBatch[] {
    return this.#outbox.after(behind, limit, mostAtOnce);
  }

  /** Bytes of the batches behind one position, up to another. */
  bytesBetween(behind: Position, upTo: Position): number {
    return this.#outbox.bytesBetween(behind, upTo);
  }

  /** Of the oldest batch; undefined: there is none. */
  firstBatch(): Position | undefined {
    return this.#outbox.first();
  }

  /** The last inbox record whose effects are in the store. */
  committed(): Position {
    return position(this.#progress.get('position') ?? 0);
  }

  /** What was kept of handing batches over to a server elsewhere; undefined: nothing ever was. */
  handover(target: string): string | undefined {
    for (const [key, state] of this.#state.of(handoverState)) if (key === target) return state;
    return undefined;
  }

  /** What was ever ordered to be erased from history. */
  erasures(): readonly HistoryErasure[] {
    return this.#erasures.all();
  }

  /** What happened to alarms and tasks, in order, at most `limit`; the oldest are gone. */
  eventsAfter(seq: number, limit: number): readonly StreamEvent[] {
    return this.#stream.after(seq, limit);
  }

  /** When the event was; undefined: it is gone, or never was. */
  timeOfEvent(seq: number): EpochMs | undefined {
    const [event] = this.#stream.after(seq - 1, 1);
    return event?.seq === seq ? event.at : undefined;
  }

  /** 0 when nothing ever happened. */
  lastEvent(): number {
    return this.#stream.last();
  }

  /** Alarms as they are, in the order in which they came, from behind the number of one; at most `limit`. */
  alarmsAfter(n: number, limit: number): readonly { readonly n: number; readonly alarm: Alarm }[] {
    return this.#alarms.all(n, limit).map(({ body, seq }) => ({ n: seq, alarm: parsed<Alarm>(body) }));
  }

  /** The same of tasks, each with all of its history. */
  tasksAfter(n: number, limit: number): readonly { readonly n: number; readonly task: Task }[] {
    return this.#tasks.all(n, limit).map(({ body, seq }) => {
      const task = parsed<TaskRecord>(body);
      return { n: seq, task: { ...task, history: this.#work.history(task.id) } };
    });
  }

  community(): Community | undefined {
    return this.#resources.all('community')[0]?.body;
  }

  device(id: DeviceId): Device | undefined {
    return this.#resources.get('device', id)?.body;
  }

  place(id: PlaceId): Place | undefined {
    return this.#resources.get('place', id)?.body;
  }

  /** IANA zone of the community as it stands now, where it names one. */
  timezone(): string | undefined {
    return this.community()?.timezone;
  }
}
