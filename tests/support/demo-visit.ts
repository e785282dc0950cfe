import { ApiClient, until } from '#tests/flow/support/api-client.ts';
import type { Account } from '#tests/support/browser/visitor.ts';

export interface Demo {
  readonly base: string;
  /** Of every account. */
  readonly password: string;
}

interface PersonView {
  readonly id: string;
  readonly role: string;
}
interface TaskView {
  readonly id: string;
  readonly state: string;
  readonly category: string;
  readonly assignee: string | null;
}

/** A demo as somebody finds out about it who may see everything. */
export class DemoVisit {
  readonly demo: Demo;
  readonly admin: ApiClient;
  readonly #people: readonly PersonView[];

  private constructor(demo: Demo, admin: ApiClient, people: readonly PersonView[]) {
    this.demo = demo;
    this.admin = admin;
    this.#people = people;
  }

  static async begin(demo: Demo): Promise<DemoVisit> {
    const http = Number(new URL(demo.base).port);
    const admin = await ApiClient.signIn({ ready: { http } }, 'admin', demo.password);
    return new DemoVisit(demo, admin, await admin.all<PersonView>('/api/v1/people'));
  }

  /** The first smoke and the first fall have become tasks that somebody has before them. */
  async storyHasBegun(): Promise<void> {
    for (const category of ['fire', 'elderly-care'])
      await until(
        () => this.#openTasks(category),
        (found) => found.length > 0,
      );
  }

  /** Somebody of this role, if possible one who has something to do. */
  async accountFor(role: string): Promise<Account> {
    const { password } = this.demo;
    if (role === 'admin') return { username: 'admin', password };
    const ofRole = this.#people.filter((person) => person.role === role).map(({ id }) => id);
    const busy = (await this.#openTasks())
      .map(({ assignee }) => assignee)
      .find((id) => id !== null && ofRole.includes(id));
    const username = busy ?? ofRole[0];
    if (!username) throw new Error(`nobody of the demo is ${role}`);
    return { username, password };
  }

  async #openTasks(category?: string): Promise<TaskView[]> {
    const { body } = await this.admin.get<{ items: TaskView[] }>(
      `/api/v1/tasks?limit=50${category === undefined ? '' : `&category=${category}`}`,
    );
    return body.items.filter(({ state }) => ['dispatched', 'accepted', 'in-progress'].includes(state));
  }
}
