import type { Alarm } from '#model/alarm.ts';
import type { AlarmId, EpochMs } from '#model/brand.ts';
import type { Notice } from '#model/notice.ts';
import type { TaskPhoto } from '#model/photo.ts';
import type { Task, TaskHistoryEntry } from '#model/task.ts';
import type { PostStore, ReportEntry, ReportStore, TaskRow, TaskStore, Timer } from '#tasks/ports.ts';

/** Reports and photos in memory. */
class MemoryReports implements ReportStore {
  readonly #entries: ReportEntry[] = [];
  readonly #photos: (TaskPhoto & { task: string })[] = [];

  byCode: ReportStore['byCode'] = (codeHash) => this.#entries.find((each) => each.codeHash === codeHash);
  like: ReportStore['like'] = ({ category, channel, place, said, since }) =>
    this.#entries.findLast(
      (each) =>
        each.category === category &&
        each.channel === channel &&
        each.place === place &&
        each.said === said &&
        each.at >= since,
    );
  put: ReportStore['put'] = (entry) => void this.#entries.push(entry);
  readonly forgotten = new Map<string, string>();
  forgot: ReportStore['forgot'] = (task, part) => void this.forgotten.set(task, part);
  photosOf: ReportStore['photosOf'] = (task) => this.#photos.filter((each) => each.task === task);
  photo: ReportStore['photo'] = (id) => this.#photos.find((each) => each.id === id);
  putPhoto: ReportStore['putPhoto'] = (photo) => void this.#photos.push(photo);
}

/** What was asked for from outside, in memory. */
class MemoryPosts implements PostStore {
  readonly #done = new Map<string, { readonly alarm: AlarmId | null }>();
  readonly #alarms: ReadonlyMap<string, Alarm>;

  constructor(alarms: ReadonlyMap<string, Alarm>) {
    this.#alarms = alarms;
  }

  done: PostStore['done'] = (hash) => this.#done.get(hash);
  put: PostStore['put'] = (hash, done) => {
    if (this.#done.has(hash)) throw new Error(`UNIQUE constraint failed: ${hash}`);
    this.#done.set(hash, done);
  };
  standing: PostStore['standing'] = ({ key, rule }) =>
    [...this.#alarms.values()].find(
      (each) => each.posted && each.state === 'active' && each.rule === rule && each.key === key,
    );
}

type StreamEvent = Parameters<TaskStore['emit']>[0];

const over: ReadonlySet<Task['state']> = new Set<Task['state']>(['closed', 'evaluated', 'rejected', 'void']);

/** The port of tasks/ in memory, for unit tests; the flow tests use the real store. */
export class MemoryTaskStore implements TaskStore {
  readonly alarms = new Map<string, Alarm>();
  readonly tasks = new Map<string, TaskRow>();
  readonly turns = new Map<string, EpochMs>();
  readonly timers = new Map<string, Timer>();
  readonly events: StreamEvent[] = [];
  readonly notices = new Map<string, Omit<Notice, 'seq'>>();
  readonly #history = new Map<string, TaskHistoryEntry[]>();

  alarm: TaskStore['alarm'] = (id) => this.alarms.get(id);
  task: TaskStore['task'] = (id) => this.tasks.get(id);
  history: TaskStore['history'] = (id) => [...(this.#history.get(id) ?? [])];

  historyTail: TaskStore['historyTail'] = (id, limit) => {
    const all = this.history(id);
    return { entries: all.slice(-limit), omitted: Math.max(0, all.length - limit) };
  };

  putAlarm(alarm: Alarm): void {
    this.alarms.set(alarm.id, structuredClone(alarm));
  }
  putTask(task: TaskRow): void {
    this.tasks.set(task.id, structuredClone(task));
  }
  appendHistory: TaskStore['appendHistory'] = (id, entry) => {
    if (!this.tasks.has(id)) throw new Error(`history of a task that is not there: ${id}`);
    this.#history.set(id, [...this.history(id), entry]);
  };

  openTasks: TaskStore['openTasks'] = ({ rule, key, category, assignee }) =>
    [...this.tasks.values()]
      .toReversed()
      .filter(
        (task) =>
          !over.has(task.state) &&
          (rule === undefined || task.rule === rule) &&
          (key === undefined || task.key === key) &&
          (category === undefined || task.category === category) &&
          (assignee === undefined || task.assignee === assignee),
      );
  countOpen: TaskStore['countOpen'] = (assignee) => this.openTasks({ assignee }).length;
  whereabouts: TaskStore['whereabouts'] = (assignee) =>
    this.openTasks({ assignee }).find(({ state }) => state === 'accepted' || state === 'in-progress')?.place;

  lastTurn: TaskStore['lastTurn'] = (list, person) => this.turns.get(`${list} ${person}`);
  putTurn: TaskStore['putTurn'] = (list, person, at) => {
    this.turns.set(`${list} ${person}`, at);
  };
  putTimer(timer: Timer): void {
    this.timers.set(timer.id, timer);
  }
  deleteTimer(id: string): void {
    this.timers.delete(id);
  }
  nextTimer(): Timer | undefined {
    return this.allTimers()[0];
  }
  allTimers(): readonly Timer[] {
    const order = [...this.tasks.keys()];
    const rank = ({ ref }: Timer) => order.indexOf(ref);
    return [...this.timers.values()].sort(
      (a, b) => a.due - b.due || rank(a) - rank(b) || (a.id < b.id ? -1 : 1),
    );
  }

  putNotice(notice: Omit<Notice, 'seq'>): void {
    if (!this.notices.has(notice.id)) this.notices.set(notice.id, notice);
  }
  readonly reports = new MemoryReports();
  readonly posts = new MemoryPosts(this.alarms);
  emit(event: StreamEvent): void {
    this.events.push(structuredClone(event));
  }
}
