import type { TaskSight } from '#device-sim/demo/sight.ts';
import type { StaffAnswer } from '#device-sim/demo/staff.ts';

type Kept = { -readonly [Key in keyof TaskSight]: TaskSight[Key] };

const after: Readonly<Record<string, readonly [from: string, to: string]>> = {
  accept: ['dispatched', 'accepted'],
  start: ['accepted', 'in-progress'],
  feedback: ['in-progress', 'feedback'],
  close: ['feedback', 'closed'],
};

/** Stands where the API is: keeps tasks, and what people did with tasks and alarms, with the time that the test says it is. */
export class Office {
  readonly tasks = new Map<string, Kept>();
  readonly deeds: string[] = [];
  now = 0;

  open(task: Partial<TaskSight> & Pick<TaskSight, 'id'>): TaskSight {
    const at = new Date(this.now).toISOString();
    const kept: Kept = {
      version: 1,
      state: 'dispatched',
      category: 'fire',
      rule: 'smoke-alarm',
      key: 'smoke-b3-0502',
      place: 'b3-0502',
      assignee: 'w-zhou',
      alarms: [`alarm-of-${task.id}`],
      createdAt: at,
      dispatchedAt: at,
      history: [{ at, actor: 'rule:smoke-alarm', action: 'file' }],
      ...task,
    };
    this.tasks.set(task.id, kept);
    return kept;
  }

  async ask(account: string, method: string, path: string, body?: unknown): Promise<StaffAnswer> {
    const [, resource = '', id = '', action = ''] =
      /^\/api\/v1\/(\w+)(?:\/([^/?]+))?(?:\/(\w+))?/.exec(path) ?? [];
    if (resource === 'tasks' && id === '') return { status: 200, body: { items: [...this.tasks.values()] } };
    if (resource === 'tasks' && method === 'GET') return { status: 200, body: { ...this.tasks.get(id) } };
    this.deeds.push(`${this.now / 1_000} ${account} ${action}`);
    if (resource === 'alarms') return { status: 200, body: {} };
    return this.#act(id, action, account, (body as { version: number }).version);
  }

  /** As a visitor who signed in as somebody does it. */
  #act(id: string, action: string, account: string, version: number): StaffAnswer {
    const task = this.tasks.get(id);
    const [from, to] = after[action] ?? [];
    if (!task || to === undefined) return { status: 404, body: {} };
    if (task.state !== from || task.version !== version) return { status: 409, body: { detail: 'stale' } };
    const entry = { at: new Date(this.now).toISOString(), actor: account, action };
    Object.assign(task, { state: to, version: version + 1, history: [...task.history, entry] });
    return { status: 200, body: { ...task } };
  }
}
