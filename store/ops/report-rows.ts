import type { DatabaseSync } from 'node:sqlite';
import { type EpochMs, epochMs, type TaskId } from '#model/brand.ts';
import type { PhotoKind, TaskPhoto } from '#model/photo.ts';
import type { ForgottenPart } from '#model/report.ts';
import { prepare, type Statement } from '#store/ops/statement.ts';

/** How a report is found again; fits tasks/ports.ts by shape. */
export interface ReportEntry {
  readonly codeHash: string;
  readonly task: TaskId;
  readonly category: string;
  readonly place: string;
  readonly channel: string;
  /** Hash of the words. */
  readonly said: string;
  readonly at: EpochMs;
}

export type ReportLike = Pick<ReportEntry, 'category' | 'place' | 'channel' | 'said'> & {
  readonly since: EpochMs;
};

/** A photo, and the task that it belongs to. */
export interface OwnedPhoto extends TaskPhoto {
  readonly task: TaskId;
}

interface PhotoRow {
  id: string;
  task: TaskId;
  kind: PhotoKind;
  added_by: string | null;
  at: number;
}
interface Row {
  code_hash: string;
  task: TaskId;
  category: string;
  place: string;
  channel: string;
  said: string;
  at: number;
}

/** Reports by tracking code and by what they say, and photos by id; all look-ups by index. */
export class ReportRows {
  readonly #byCode: Statement<Row>;
  readonly #byTask: Statement<Row>;
  readonly #like: Statement<Row>;
  readonly #put: Statement<never>;
  readonly #forgot: Statement<never>;
  readonly #old: Statement<{ task: TaskId }>;
  readonly #putPhoto: Statement<never>;
  readonly #photo: Statement<PhotoRow>;
  readonly #photosOf: Statement<PhotoRow>;
  readonly #oldPhotos: Statement<PhotoRow>;
  readonly #dropPhoto: Statement<never>;

  constructor(connection: DatabaseSync) {
    const select = (rest: string) => prepare<Row>(connection, `select * from reports where ${rest}`);
    this.#byCode = select('code_hash = ?');
    this.#byTask = select('task = ?');
    this.#like = select(
      'place = ? and category = ? and at >= ? and channel = ? and said = ? order by at desc limit 1',
    );
    this.#put = prepare(
      connection,
      'insert into reports (code_hash, task, category, place, channel, said, at) values (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#forgot = prepare(connection, 'update reports set forgotten = ? where task = ?');
    this.#old = prepare(
      connection,
      `select reports.task from reports join task_milestones on task_milestones.task = reports.task
       where reports.forgotten < ?1 and reports.at < ?2 and ended_at < ?2 order by reports.at limit ?3`,
    );
    this.#putPhoto = prepare(
      connection,
      'insert into photos (id, task, kind, added_by, at) values (?, ?, ?, ?, ?)',
    );
    this.#photo = prepare(connection, 'select * from photos where id = ?');
    this.#photosOf = prepare(connection, 'select * from photos where task = ? order by at, id');
    this.#oldPhotos = prepare(
      connection,
      `select photos.* from photos join tasks on tasks.id = photos.task
       where photos.at < ? and tasks.open = 0 order by photos.at limit ?`,
    );
    this.#dropPhoto = prepare(connection, 'delete from photos where id = ?');
  }

  byCode(codeHash: string): ReportEntry | undefined {
    return entryOf(this.#byCode.get(codeHash));
  }
  byTask(task: string): ReportEntry | undefined {
    return entryOf(this.#byTask.get(task));
  }
  /** The newest that says the same. */
  like({ category, channel, place, said, since }: ReportLike): ReportEntry | undefined {
    return entryOf(this.#like.get(place, category, since, channel, said));
  }
  put({ at, category, channel, codeHash, place, said, task }: ReportEntry): void {
    this.#put.run(codeHash, task, category, place, channel, said, at);
  }

  forgot(task: TaskId, part: ForgottenPart): void {
    this.#forgot.run(levels[part], task);
  }
  /** Of tasks that were over before `before` and have that part still; the oldest first. */
  old(part: ForgottenPart, before: EpochMs, limit: number): readonly TaskId[] {
    return this.#old.all(levels[part], before, limit).map(({ task }) => task);
  }

  photo(id: string): OwnedPhoto | undefined {
    const row = this.#photo.get(id);
    return row && photoOf(row);
  }
  /** Of a task, oldest first. */
  photosOf(task: string): readonly OwnedPhoto[] {
    return this.#photosOf.all(task).map(photoOf);
  }
  putPhoto({ at, by, id, kind, task }: OwnedPhoto): void {
    this.#putPhoto.run(id, task, kind, by, at);
  }
  /** Taken before `before`, of tasks that are over; the oldest first. */
  oldPhotos(before: EpochMs, limit: number): readonly OwnedPhoto[] {
    return this.#oldPhotos.all(before, limit).map(photoOf);
  }
  dropPhoto(id: string): void {
    this.#dropPhoto.run(id);
  }
}

/** As the column `forgotten` counts; the words go with the number. */
const levels: Readonly<Record<ForgottenPart, number>> = { phone: 1, words: 2 };

const photoOf = ({ added_by, at, id, kind, task }: PhotoRow): OwnedPhoto => ({
  id,
  task,
  kind,
  by: added_by,
  at: epochMs(at),
});

const entryOf = (row: Row | undefined): ReportEntry | undefined =>
  row && {
    codeHash: row.code_hash,
    task: row.task,
    category: row.category,
    place: row.place,
    channel: row.channel,
    said: row.said,
    at: epochMs(row.at),
  };
