import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToldWork } from '#app/history/told-work.ts';
import { WorkFollower, type WorkFollowerParts } from '#app/history/work-follower.ts';
import type { Alarm, AlarmNote } from '#model/alarm.ts';
import { type EpochMs, epochMs, type PlaceId, position } from '#model/brand.ts';
import type { StreamEvent } from '#model/stream.ts';
import type { Task, TaskHistoryEntry, TaskState } from '#model/task.ts';
import { InfluxServer } from '#store/history/influxdb/server.ts';
import { WorkLog } from '#store/history/influxdb/work-log.ts';
import { type RunningInflux, startInflux } from '#tests/support/influxd.ts';

const noon = Date.parse('2026-03-10T12:00:00Z');
const place = 'b1-101' as PlaceId;
const placement = () => ({ community: 'c1', place, building: 'b1', grid: 'g1' });

const alarm = (id: string, more: Partial<Alarm> = {}): Alarm => ({
  id: id as Alarm['id'],
  rule: 'smoke-alarm' as Alarm['rule'],
  ruleVersion: 1,
  key: 'd1',
  device: 'd1' as Alarm['device'],
  place,
  category: 'fire',
  severity: 'major',
  lifeSafety: true,
  state: 'active',
  ack: false,
  startedAt: epochMs(noon),
  receivedLate: false,
  revised: false,
  position: position(1),
  evidence: [],
  tasks: [],
  ...more,
});

const entry = (at: number, action: string, from: TaskState | null, to: TaskState): TaskHistoryEntry => ({
  at: epochMs(at),
  actor: 'li-na',
  action,
  from,
  to,
  comment: 'what somebody said',
  reason: null,
});

const task = (id: string, history: readonly TaskHistoryEntry[], more: Partial<Task> = {}): Task => ({
  id: id as Task['id'],
  version: 1,
  state: history.at(-1)?.to ?? 'filed',
  category: 'fire',
  severity: 'major',
  title: { en: 'Smoke at the home of Li Na', zh: '李娜家有烟' },
  place,
  assignee: null,
  also: [],
  reason: null,
  rule: null,
  key: null,
  lifeSafety: true,
  alarms: [],
  checklist: [],
  createdAt: epochMs(noon),
  dispatchedAt: null,
  acceptedAt: null,
  acceptBy: null,
  handleBy: null,
  closedAt: null,
  history,
  ...more,
});

/** Numbered from 1. */
const eventsOf = (...said: readonly (readonly [at: number, body: Alarm | Task])[]): StreamEvent[] =>
  said.map(([at, body], index) => ({
    seq: index + 1,
    topic: 'history' in body ? 'tasks' : 'alarms',
    at: epochMs(at),
    place,
    body,
  }));

const rowsOf = (events: readonly StreamEvent[], lastAt: EpochMs | null = null) => {
  const told = new ToldWork(placement, lastAt);
  return events.flatMap((event) => told.rowsOf(event));
};

describe('what events of alarms say', () => {
  it('an alarm that comes to another task is raised once, as severe as it was then', () => {
    const note: AlarmNote = { at: epochMs(noon + 5), actor: 'rule:r', action: 'severity', to: 'critical' };
    const events = eventsOf(
      [noon, alarm('a')],
      [noon + 5, alarm('a', { severity: 'critical', notes: [note] })],
      [
        noon + 9,
        alarm('a', { severity: 'critical', notes: [note], state: 'cleared', clearedAt: epochMs(noon + 9) }),
      ],
    );
    expect(
      rowsOf(events).map(({ at, ...row }) => [
        row.measurement === 'alarms' && row.kind,
        at - noon,
        row.seconds,
      ]),
    ).toEqual([
      ['raised', 0, 0],
      ['cleared', 9, 0.009],
    ]);
  });

  it('what somebody said of it is told with the event that brings it, and not again later', () => {
    const notes: AlarmNote[] = [{ at: epochMs(noon + 5), actor: 'li-na', action: 'acknowledged' }];
    const events = eventsOf(
      [noon + 5, alarm('a', { ack: true, notes })],
      [noon + 9, alarm('a', { ack: true, severity: 'critical', notes })],
    );
    expect(rowsOf(events)).toMatchObject([{ kind: 'acknowledged', severity: 'major', isActive: true }]);
  });

  it('one that is over when it begins was raised and never stood', () => {
    const moment = alarm('a', { state: 'cleared', clearedAt: epochMs(noon) });
    expect(rowsOf(eventsOf([noon, moment]))).toMatchObject([{ kind: 'raised', isActive: false }]);
  });
});

describe('what events of tasks say', () => {
  const filed = entry(noon, 'file', null, 'filed');
  const dispatched = entry(noon, 'dispatch', 'filed', 'dispatched');
  const accepted = entry(noon + 60_000, 'accept', 'dispatched', 'accepted');

  it('each entry is told once, though each event brings the whole history', () => {
    const events = eventsOf(
      [noon, task('t', [filed, dispatched])],
      [noon + 60_000, task('t', [filed, dispatched, accepted])],
    );
    expect(rowsOf(events)).toMatchObject([
      { action: 'file' },
      { action: 'dispatch' },
      { action: 'accept', seconds: 60 },
    ]);
  });

  it('after a start it tells what came since the event before', () => {
    const [, second] = eventsOf(
      [noon, task('t', [filed])],
      [noon + 60_000, task('t', [filed, dispatched, accepted])],
    );
    expect(rowsOf(second ? [second] : [], epochMs(noon + 1))).toMatchObject([{ action: 'accept' }]);
  });

  it('after a start it tells an entry of a clock that was set back', () => {
    const [event] = eventsOf([noon, task('t', [filed])]);
    expect(rowsOf(event ? [event] : [], epochMs(noon + 3_600_000))).toMatchObject([{ action: 'file' }]);
  });

  it('a step is overdue that came after the limit of the state that it led out of', () => {
    const late = { acceptBy: epochMs(noon + 59_999), handleBy: epochMs(noon + 90_000) };
    const inTime = { acceptBy: epochMs(noon + 60_000), handleBy: epochMs(noon + 90_000) };
    const isOverdue = (limits: Partial<Task>) =>
      rowsOf(eventsOf([noon + 60_000, task('t', [accepted], limits)])).map(
        (row) => 'isOverdue' in row && row.isOverdue,
      );
    expect([isOverdue(late), isOverdue(inTime)]).toEqual([[true], [false]]);
  });
});

const isTask = (body: Alarm | Task): body is Task => 'history' in body;
const isAlarm = (body: Alarm | Task): body is Alarm => !isTask(body);
const numbered = <Body extends Alarm | Task>(
  there: readonly (Alarm | Task)[],
  is: (body: Alarm | Task) => body is Body,
) => there.filter(is).map((body, index) => ({ n: index + 1, body }));

describe('the follower of events', () => {
  let influx: RunningInflux | undefined;
  let target: ConstructorParameters<typeof InfluxServer>[0];
  let server: InfluxServer;
  beforeAll(async () => {
    influx = await startInflux();
    target = { url: influx.url, database: 'work', org: null, token: null, username: null, password: null };
    server = new InfluxServer(target);
  });
  afterAll(async () => {
    await influx?.[Symbol.asyncDispose]();
  });

  /** A database without rows, and followers of a list of events; a retry comes when the test lets it. */
  async function begin(events: readonly StreamEvent[], there: readonly (Alarm | Task)[] = []) {
    await server.query(['DROP DATABASE work', 'CREATE DATABASE work']);
    const logged: string[] = [];
    const retries: (() => void)[] = [];
    const note = (_: object, message: string): void => {
      logged.push(message);
    };
    const follow = (log: WorkFollowerParts['target'] = new WorkLog(target)) =>
      new WorkFollower({
        target: log,
        source: {
          eventsAfter: (seq, most) => events.filter((event) => event.seq > seq).slice(0, most),
          timeOfEvent: (seq) => events.find((event) => event.seq === seq)?.at,
          lastEvent: () => events.at(-1)?.seq ?? 0,
          alarmsAfter: (n, most) =>
            numbered(there, isAlarm)
              .slice(n, n + most)
              .map(({ n: of, body }) => ({ n: of, alarm: body })),
          tasksAfter: (n, most) =>
            numbered(there, isTask)
              .slice(n, n + most)
              .map(({ n: of, body }) => ({ n: of, task: body })),
        },
        placement,
        later: (retry) => {
          retries.push(retry);
          return () => undefined;
        },
        log: { debug: note, info: note, warn: note, error: note },
      });
    return { logged, retries, follow };
  }
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise(setImmediate);
  };
  const ids = async (measurement: string): Promise<unknown[]> => {
    const [tables = []] = await server.query([`SELECT id FROM ${measurement}`]);
    return tables.flatMap(({ values }) => values.map(([, id]) => id));
  };

  it('writes alarms of one rule, place and millisecond apart, over several pages', async () => {
    const many = Array.from({ length: 450 }, (_, index) => [noon, alarm(`a${index}`)] as const);
    const { follow } = await begin(eventsOf(...many));
    const follower = follow();
    follower.wake();
    await until(() => follower.stats.waiting === 0);
    await follower.stop();
    const written = await ids('alarms');
    expect(written).toHaveLength(450);
    expect(new Set(written)).toEqual(new Set(many.map(([, { id }]) => id)));
    expect(follower.stats.rows).toBe(450);
  });

  it('goes on after a crash between rows and place, and has nothing twice', async () => {
    const steps = [entry(noon, 'file', null, 'filed'), entry(noon, 'dispatch', 'filed', 'dispatched')];
    const { follow, retries } = await begin(eventsOf([noon, alarm('a')], [noon, task('t', steps)]));
    const real = new WorkLog(target);
    const cut = follow({
      position: () => real.position(),
      since: () => real.since(),
      put: (rows) => real.put(rows),
      write: async (rows, { at }) => {
        await real.write(rows, { seq: 0, at });
        throw new Error('killed');
      },
    });
    cut.wake();
    await until(() => retries.length > 0);
    await cut.stop();
    const next = follow();
    next.wake();
    await until(() => next.stats.waiting === 0);
    await next.stop();
    expect(await ids('alarms')).toEqual(['a']);
    expect(await ids('tasks')).toEqual(['t', 't']);
    expect(await real.position()).toBe(2);
    const last = follow();
    last.wake();
    await until(() => last.stats.waiting === 0);
    expect(last.stats.rows).toBe(0);
  });

  it('waits while the server is away, says why, and catches up', async () => {
    const { follow, logged, retries } = await begin(eventsOf([noon, alarm('a')]));
    await influx?.stop('SIGKILL');
    const follower = follow();
    follower.wake();
    await until(() => retries.length === 1);
    expect(follower.stats).toMatchObject({ waiting: null, failure: expect.stringContaining('InfluxDB') });
    expect(logged).toHaveLength(1);
    await influx?.start();
    retries[0]?.();
    await until(() => follower.stats.waiting === 0);
    await follower.stop();
    expect(follower.stats.failure).toBeNull();
    expect(await ids('alarms')).toEqual(['a']);
  });

  it('goes through alarms and tasks when events are gone that it had not written, and has nothing twice', async () => {
    const hour = 3_600_000;
    const notes: AlarmNote[] = [
      { at: epochMs(noon + hour + 5), actor: 'li-na', action: 'acknowledged' },
      { at: epochMs(noon + hour + 7), actor: 'rule:r', action: 'severity', to: 'critical' },
    ];
    const [a, c] = [alarm('a'), alarm('c', { startedAt: epochMs(noon + 3 * hour) })];
    const b = alarm('b', {
      startedAt: epochMs(noon + hour),
      ack: true,
      notes,
      state: 'cleared',
      clearedAt: epochMs(noon + 2 * hour),
    });
    const steps = [
      entry(noon - 2 * hour, 'file', null, 'filed'),
      entry(noon + hour, 'dispatch', 'filed', 'dispatched'),
      entry(noon + 4 * hour, 'accept', 'dispatched', 'accepted'),
    ];
    const t = task('t', steps);
    const gone = eventsOf(
      [noon, a],
      [noon + hour, b],
      [noon + 2 * hour, b],
      [noon + 3 * hour, c],
      [noon + 4 * hour, t],
    );
    const { follow, logged } = await begin(gone.slice(3), [a, b, c, t]);
    await new WorkLog(target).write(
      rowsOf(eventsOf([noon - 2 * hour, task('t', steps.slice(0, 1))], [noon, a])),
      { seq: 1, at: epochMs(noon) },
    );
    const follower = follow();
    follower.wake();
    await until(() => follower.stats.waiting === 0);
    await follower.stop();
    expect(logged).toEqual([
      expect.stringContaining('events are gone'),
      expect.stringContaining('the boards have'),
    ]);
    const [alarms = []] = await server.query(['SELECT id, kind, active FROM alarms']);
    expect(alarms[0]?.values.map(([at, ...rest]) => [Number(at) - noon, ...rest])).toEqual([
      [0, 'a', 'raised', 1],
      [hour, 'b', 'raised', 1],
      [hour + 5, 'b', 'acknowledged', 1],
      [2 * hour, 'b', 'cleared', 0],
      [3 * hour, 'c', 'raised', 1],
    ]);
    const [tasks = []] = await server.query(['SELECT action, id FROM tasks']);
    expect(tasks[0]?.values.map(([, action]) => action)).toEqual(['file', 'dispatch', 'accept']);
  });

  it('writes no words, no names and nobody', async () => {
    const { follow } = await begin(eventsOf([noon, task('t', [entry(noon, 'file', null, 'filed')])]));
    const follower = follow();
    follower.wake();
    await until(() => follower.stats.waiting === 0);
    const all = JSON.stringify(await server.query(['SELECT * FROM tasks']));
    expect(all).not.toMatch(/li-na|李娜|somebody/);
  });
});
