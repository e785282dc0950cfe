import type { Alarm, AlarmTransition } from '#model/alarm.ts';
import {
  type AlarmId,
  type DeviceId,
  type EpochMs,
  epochMs,
  type PersonId,
  type PlaceId,
  position,
  type RuleId,
  type TaskId,
} from '#model/brand.ts';
import type { Place, Resident, Roster } from '#model/community.ts';
import { Configuration } from '#model/configuration.ts';
import type { Outcome } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import type { Role } from '#model/role.ts';
import type { TaskOrder } from '#model/rule.ts';
import type { Task } from '#model/task.ts';
import type { RuleTaskOrder } from '#tasks/ports.ts';
import type { TaskAction } from '#tasks/task-action.ts';
import { TaskDesk } from '#tasks/task-desk.ts';
import { MemoryTaskStore } from '#tests/tasks/support/memory-store.ts';

export const t0 = epochMs(Date.parse('2026-03-04T10:00:00+08:00'));
export const secondsIn = (seconds: number): EpochMs => epochMs(t0 + seconds * 1000);

export const placeId = (id: string) => id as PlaceId;
export const personId = (id: string) => id as PersonId;
export const taskId = (id: string) => id as TaskId;
export const alarmId = (id: string) => id as AlarmId;
export const ruleId = (id: string) => id as RuleId;

/** g1 with buildings b3 (unit b3-u1, rooms b3-0501, b3-0502, b3-0601) and b4 (room b4-0101); g2 with b9. */
const places: readonly [id: string, kind: Place['kind'], parent: string, zh?: string, en?: string][] = [
  ['g1', 'grid', 'c1', '第一网格'],
  ['g2', 'grid', 'c1'],
  ['b3', 'building', 'g1', '3号楼', 'Building 3'],
  ['b3-u1', 'unit', 'b3', '1单元'],
  ['b3-0501', 'room', 'b3', '3-501'],
  ['b3-0502', 'room', 'b3', '3-502'],
  ['b3-0601', 'room', 'b3-u1', '3-601'],
  ['b4', 'building', 'g1', '4号楼'],
  ['b4-0101', 'room', 'b4', '4-101'],
  ['b9', 'building', 'g2'],
];

export function demoConfiguration(): Configuration {
  const configuration = new Configuration();
  configuration.apply({
    op: 'put',
    resource: 'community',
    id: 'c1',
    body: { id: 'c1' as never, name: { zh: '联芳一社区' } },
  });
  for (const [id, kind, parent, zh, en] of places) {
    const name = zh === undefined ? {} : { name: en === undefined ? { zh } : { zh, en } };
    const body = { id: placeId(id), kind, parent: placeId(parent), ...name };
    configuration.apply({ op: 'put', resource: 'place', id, body });
  }
  return configuration;
}

export function addPerson(
  configuration: Configuration,
  id: string,
  role: Role,
  where: readonly string[],
  skills: readonly string[] = [],
): void {
  const body = { id: personId(id), role, places: where.map(placeId), skills: [...skills] };
  configuration.apply({ op: 'put', resource: 'person', id, body });
}

/** `shifts`: `days from-to person`. */
export function addRoster(
  configuration: Configuration,
  place: string,
  role: Role,
  ...shifts: readonly string[]
): void {
  const body: Roster = {
    place: placeId(place),
    role,
    shifts: shifts.map((text) => {
      const [days = '', hours = '', person = ''] = text.split(' ');
      const [from = '', to = ''] = hours.split('-');
      return { days, from, to, person: personId(person) };
    }),
  };
  configuration.apply({ op: 'put', resource: 'roster', id: `${place}.${role}`, body });
}

export function addResident(configuration: Configuration, body: Omit<Resident, 'id'> & { id: string }): void {
  const resident = { ...body, id: body.id as Resident['id'] };
  configuration.apply({ op: 'put', resource: 'resident', id: body.id, body: resident });
}

const plain: TaskOrder = {
  title: { zh: '{place} 烟感报警', en: 'Smoke at {place}' },
  to: 'grid-worker',
  also: [],
  acceptWithinMs: 60_000,
  handleWithinMs: 900_000,
  join: null,
  reRaiseMs: null,
  checklist: [],
  skills: [],
  escalate: [],
};

export const orderOf = (category: string, changes: Partial<TaskOrder> | null = {}): RuleTaskOrder => ({
  category,
  name: { en: category },
  task: changes === null ? null : { ...plain, ...changes },
});

let count = 0;
export function alarmOf(rule: string, changes: Partial<Alarm> = {}): Alarm {
  count++;
  return {
    id: alarmId(`a-${count}`),
    rule: ruleId(rule),
    ruleVersion: 1,
    key: 'smoke-1',
    device: 'smoke-1' as DeviceId,
    place: placeId('b3-0502'),
    category: 'fire',
    severity: 'critical',
    lifeSafety: true,
    state: 'active',
    ack: false,
    startedAt: t0,
    receivedLate: false,
    revised: false,
    position: position(count),
    evidence: [{ property: 'smoke', value: true, at: t0 }],
    tasks: [],
    ...changes,
  };
}

export const raised = (alarm: Alarm): AlarmTransition => ({ type: 'raised', alarm, at: alarm.startedAt });

/** A desk over a memory store and a community in which w-zhou is the grid worker on duty for g1. */
export class Demo {
  readonly store: MemoryTaskStore;
  readonly configuration = demoConfiguration();
  readonly orders = new Map<string, RuleTaskOrder>([['smoke-alarm', orderOf('fire')]]);
  desk: TaskDesk;

  constructor(store = new MemoryTaskStore()) {
    this.store = store;
    this.desk = this.#deskAnew();
    addPerson(this.configuration, 'w-zhou', 'grid-worker', ['g1']);
    addPerson(this.configuration, 'w-chen', 'grid-worker', ['g1']);
    addPerson(this.configuration, 'l-wang', 'grid-leader', ['g1']);
    addPerson(this.configuration, 'm-li', 'property-manager', ['c1']);
    addRoster(this.configuration, 'g1', 'grid-worker', 'mon-sun 08:00-20:00 w-zhou');
  }

  /** A desk over the same store, as after a restart. */
  restart(): void {
    this.desk = this.#deskAnew();
  }
  #deskAnew(): TaskDesk {
    return new TaskDesk({
      store: this.store,
      configuration: this.configuration,
      order: (rule) => this.orders.get(rule),
      isToVerify: () => true,
    });
  }

  /** Raises an alarm of a rule and gives the task that it is in now. */
  raise(rule = 'smoke-alarm', changes: Partial<Alarm> = {}, now: EpochMs = t0): Task {
    const alarm = alarmOf(rule, changes);
    this.desk.apply(raised(alarm), now);
    return this.taskOf(alarm.id);
  }

  taskOf(id: string): Task {
    const task = this.store.alarms.get(id)?.tasks.at(-1);
    if (task === undefined) throw new Error(`alarm ${id} is in no task`);
    return this.task(task);
  }

  task(id: string): Task {
    const row = this.store.tasks.get(id);
    if (!row) throw new Error(`no task ${id}`);
    return { ...row, history: this.store.history(row.id) };
  }

  /** Acts as a person of the community, on the version that stands unless told otherwise. */
  act(
    task: Pick<Task, 'id'>,
    action: string,
    who: string,
    input: Partial<Omit<TaskAction, 'task' | 'action'>> & { now?: EpochMs } = {},
  ): Outcome<Task> {
    const person = this.configuration.person(personId(who));
    const actor: Actor = { kind: 'account', id: who, ...(person ? { person: who } : {}) };
    const { now = t0, version = this.task(task.id).version, ...rest } = input;
    return this.desk.act(
      { task: task.id, action, version, ...rest },
      actor,
      person?.role ?? 'admin',
      person?.id,
      now,
    );
  }

  /** The same where it has to succeed. */
  must(...args: Parameters<Demo['act']>): Task {
    const outcome = this.act(...args);
    if (!outcome.ok) throw new Error(`${args[1]} was refused: ${outcome.failure.detail}`);
    return outcome.value;
  }
}

export const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.failure.code);
export const detailOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'ok' : outcome.failure.detail);
