import { readFile } from 'node:fs/promises';
import type { FlowNode } from '#bench/flows/abuses.ts';
import { ApiClient, until } from '#tests/flow/support/api-client.ts';
import { deploy, flowsOf, untilFlows } from '#tests/flow/support/flows-platform.ts';
import type { Account } from '#tests/support/browser/visitor.ts';
import { sayAs, zigbeeNewcomers } from '#tests/support/said-over-mqtt.ts';
import { airMapping } from '#tests/support/sample-mapping.ts';

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

const pumpRoomRule = 'pump-room-inspection';

/** What is raised as soon as flows run. */
const pumpRoom: readonly FlowNode[] = [
  { id: 'pump-room', type: 'tab', label: '泵房巡检 Pump room' },
  {
    id: 'pump-room-due',
    z: 'pump-room',
    type: 'inject',
    name: '到期 Due',
    once: true,
    onceDelay: '0',
    repeat: '',
    props: [],
    x: 140,
    y: 80,
    wires: [['pump-room-raise']],
  },
  {
    id: 'pump-room-raise',
    z: 'pump-room',
    type: 'gridbell-raise-alarm',
    server: 'gridbell-example-server',
    rule: pumpRoomRule,
    key: 'pump-room',
    whereKind: 'place',
    where: 'g1',
    category: 'facilities',
    severity: 'minor',
    severityType: 'severity',
    titleZh: '泵房巡检到期',
    titleEn: 'Pump room inspection is due',
    x: 360,
    y: 80,
    wires: [[]],
  },
];

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

  /** A mapping, so that the page of one has something to show. */
  async mappingIsThere(): Promise<void> {
    await this.admin.post('/api/v1/mappings', airMapping);
  }

  /** The Zigbee gateway has brought what nobody has claimed yet. */
  async newcomersHaveCome(): Promise<void> {
    const { admin } = this;
    await this.#sayAsZigbee(zigbeeNewcomers);
    await until(
      () => admin.get<{ items: unknown[] }>('/api/v1/devices/unclaimed'),
      (answer) => answer.body.items.length >= Object.keys(zigbeeNewcomers).length,
    );
  }

  /** A lock behind the Zigbee gateway that said how it is, and was told to lock. */
  async lockIsThere(): Promise<void> {
    const { admin } = this;
    await admin.post('/api/v1/devices', {
      id: 'lock-b3',
      kind: 'lock',
      place: 'b3',
      gateway: 'z2m-1',
      address: '3号楼单元门锁',
      name: { zh: '3号楼单元门锁', en: 'Entrance lock, building 3' },
    });
    await this.#sayAsZigbee({ 'zigbee2mqtt/3号楼单元门锁': { state: 'LOCK', battery: 71, linkquality: 88 } });
    await admin.post('/api/v1/devices/lock-b3/command', { command: 'lock', id: 'lock-at-night' });
    await until(
      () => admin.get<{ locked?: unknown }>('/api/v1/devices/lock-b3/latest'),
      ({ body }) => body.locked !== undefined,
    );
  }

  /** Where flows are on, a table of each day and an alarm of a flow's own. */
  async flowsAreDrawn(): Promise<void> {
    const { admin } = this;
    if ((await flowsOf(admin)).state === 'off') return;
    await untilFlows(admin, ({ state }) => state === 'running');
    const table = JSON.parse(await readFile('examples/flows/daily-readings.json', 'utf8')) as FlowNode[];
    await deploy(admin, [...table, ...pumpRoom]);
    await until(
      () => admin.get<{ items: unknown[] }>(`/api/v1/alarms?rule=${pumpRoomRule}`),
      ({ body }) => body.items.length > 0,
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

  async #sayAsZigbee(messages: Readonly<Record<string, object>>): Promise<void> {
    const password = 'token of a gateway in pictures';
    await this.admin.post('/api/v1/devices/z2m-1/rotate-token', { token: password });
    const { body } = await this.admin.get<{ mqtt: number }>('/api/v1/listeners');
    await sayAs({ port: body.mqtt, username: 'z2m-1', password }, messages);
  }

  async #openTasks(category?: string): Promise<TaskView[]> {
    const { body } = await this.admin.get<{ items: TaskView[] }>(
      `/api/v1/tasks?limit=50${category === undefined ? '' : `&category=${category}`}`,
    );
    return body.items.filter(({ state }) => ['dispatched', 'accepted', 'in-progress'].includes(state));
  }
}
