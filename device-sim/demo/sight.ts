/** What the crew reads of a task, as `GET /tasks` shows it. */
export interface TaskSight {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly category: string;
  readonly rule: string | null;
  readonly key: string | null;
  readonly place: string;
  readonly assignee: string | null;
  readonly alarms: readonly string[];
  readonly createdAt: string;
  readonly dispatchedAt: string | null;
  readonly history: readonly { readonly at: string; readonly actor: string; readonly action: string }[];
}

/** Of an answer of the API, which its own schema holds to. */
export const taskIn = (body: unknown): TaskSight => body as TaskSight;
export const tasksIn = (body: unknown): readonly TaskSight[] => (body as { items: TaskSight[] }).items;

/** How often people had a hand in it; rules and the platform itself do not count. */
export const handsOn = ({ history }: TaskSight): number =>
  history.filter(({ actor }) => actor !== 'system' && !actor.startsWith('rule:')).length;

/** Whoever accepted, began or fed back, and who has it now: they do not verify. */
export const handlersOf = ({ assignee, history }: TaskSight): ReadonlySet<string> =>
  new Set([
    ...(assignee === null ? [] : [assignee]),
    ...history
      .filter(({ action }) => ['accept', 'claim', 'start', 'feedback'].includes(action))
      .map(({ actor }) => actor),
  ]);
