import { describe, expect, it } from 'vitest';
import type { Alarm } from '#model/alarm.ts';
import {
  type AlarmId,
  type DeviceId,
  epochMs,
  hour,
  minute,
  type PersonId,
  type PlaceId,
  plus,
  type ResidentId,
  second,
} from '#model/brand.ts';
import type { TaskRecord } from '#store/ops/work-rows.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, reading, task } from '#tests/store/ops/support/samples.ts';

const room = 'b3-0502' as PlaceId;
const far = { place: 'b9' as PlaceId, device: 'smoke-b9' as DeviceId };
const over = { state: 'cleared', clearedAt: plus(start, second) } as const;

/** As the engine does it: what changed is told. */
function happen(api: RunningApi, changes: { alarms?: readonly Alarm[]; tasks?: readonly TaskRecord[] }) {
  api.write((writer) => {
    for (const body of changes.tasks ?? []) writer.putTask(body);
    for (const body of changes.alarms ?? []) {
      writer.putAlarm(body);
      writer.emit({ topic: 'alarms', at: start, place: body.place, body });
    }
  });
}
const overview = async (api: RunningApi, account: string, query = '') =>
  (await api.get(account, `/overview${query}`)).json();
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);
const tileOf = (answer: { places: { id: string }[] }, id: string) =>
  answer.places.find((place) => place.id === id);

describe('what is unsafe now', () => {
  it('counts what is active by severity, and names the most urgent first', async () => {
    await using api = await runningApi();
    const at = (ms: number) => ({ startedAt: plus(start, ms) });
    happen(api, {
      alarms: [
        alarm('a-old', at(1)),
        alarm('a-seen', { ack: true, ...at(3) }),
        alarm('a-new', at(2)),
        alarm('a-minor', { severity: 'minor', ...at(9) }),
        alarm('a-over', over),
      ],
    });
    const { unsafe } = await overview(api, 'p-leader');
    expect(unsafe).toMatchObject({
      active: 4,
      events: 0,
      unacknowledged: 3,
      bySeverity: { critical: 3, major: 0, minor: 1, warning: 0 },
    });
    expect(idsOf(unsafe.urgent)).toEqual(['a-new', 'a-old', 'a-seen', 'a-minor']);
  });

  it('holds a call for help until its task is handled, though its alarm was over as it began', async () => {
    await using api = await runningApi();
    const pressed = alarm('a-sos', { state: 'cleared', clearedAt: start });
    const called = task('t-sos', { alarms: ['a-smoke' as AlarmId, pressed.id] });
    happen(api, { alarms: [pressed], tasks: [called] });
    const { unsafe } = await overview(api, 'p-leader');
    expect(unsafe).toMatchObject({ active: 0, events: 1, unacknowledged: 1, bySeverity: { critical: 1 } });
    expect(idsOf(unsafe.urgent)).toEqual(['a-sos']);
    const listed = async (query: string) =>
      idsOf((await api.get('p-leader', `/alarms?${query}`)).json().items);
    expect(await listed('state=standing')).toEqual(['a-sos']);
    expect(await listed('state=standing&severity=minor')).toEqual([]);
    expect(await listed('state=active')).toEqual([]);
    happen(api, { alarms: [{ ...pressed, ack: true }], tasks: [{ ...called, state: 'in-progress' }] });
    expect((await overview(api, 'p-leader')).unsafe).toMatchObject({ events: 1, unacknowledged: 0 });
    happen(api, { alarms: [pressed], tasks: [{ ...called, state: 'feedback' }] });
    expect((await overview(api, 'p-leader')).unsafe).toMatchObject({ events: 0, urgent: [] });
    expect(await listed('state=standing')).toEqual([]);
  });

  it('has at once what the stream told, and lets go what is over', async () => {
    await using api = await runningApi();
    expect((await overview(api, 'p-leader')).unsafe.active).toBe(0);
    happen(api, { alarms: [alarm('a-1')] });
    expect((await overview(api, 'p-leader')).unsafe.active).toBe(1);
    happen(api, { alarms: [alarm('a-1', over)] });
    expect((await overview(api, 'p-leader')).unsafe.active).toBe(0);
  });
});

describe('what is late', () => {
  it('is what waits longer than it may to be accepted or handled, the longest first', async () => {
    await using api = await runningApi();
    const lateBy = (ms: number) => epochMs(start - ms);
    happen(api, {
      tasks: [
        task('t-fresh', { acceptBy: plus(start, minute) }),
        task('t-late', { acceptBy: lateBy(minute) }),
        task('t-later', { acceptBy: lateBy(hour) }),
        task('t-slow', { state: 'in-progress', handleBy: lateBy(2 * hour), severity: 'minor' }),
        task('t-said', { state: 'reported', verifyBy: lateBy(1), severity: 'warning' }),
        task('t-fed-back', { state: 'feedback', closeBy: lateBy(2), severity: 'warning' }),
        task('t-waits', { state: 'feedback', handleBy: lateBy(hour), closeBy: epochMs(start + 1) }),
        task('t-done', { state: 'closed', acceptBy: lateBy(minute) }),
      ],
      alarms: [alarm('a-1')],
    });
    const { late } = await overview(api, 'p-leader');
    expect(late).toMatchObject({
      open: 7,
      toAccept: 2,
      toHandle: 1,
      toVerify: 1,
      toClose: 1,
      byState: { reported: 1, dispatched: 3, 'in-progress': 1, feedback: 2 },
    });
    expect(idsOf(late.tasks)).toEqual(['t-later', 't-late', 't-slow', 't-fed-back', 't-said']);
    expect(late.tasks[2]).toMatchObject({ due: '2026-01-01T02:00:00.000Z', assignee: 'w-zhou' });
    api.platform.at = plus(start, 2 * minute);
    expect((await overview(api, 'p-leader')).late.toAccept).toBe(3);
  });
});

describe('what is silent', () => {
  it('is said of each device as its own page says it, and of life safety as /coverage does', async () => {
    await using api = await runningApi();
    const before = await overview(api, 'admin');
    expect(before.silent).toMatchObject({
      devices: 3,
      online: 0,
      unprotected: 2,
      byState: { 'never-seen': 3 },
    });
    expect((await api.get('admin', '/coverage')).json().unprotected).toHaveLength(2);
    expect(before.silent.worst.map(({ device }: { device: string }) => device)).toEqual([
      'smoke-b3-05',
      'smoke-b9',
      'watch-0502',
    ]);
    api.write((writer) => {
      writer.putPresence('smoke-b3-05', true, start, 'connect');
      writer.putPresence('watch-0502', true, start, 'connect');
      const battery = { property: 'battery', value: 4 };
      writer.putLatest([reading(), reading({ device: 'watch-0502' as DeviceId, ...battery })]);
    });
    expect((await overview(api, 'admin')).silent.online).toBe(0);
    api.wall.at = plus(start, 5 * second);
    const after = await overview(api, 'admin');
    expect(after.silent).toMatchObject({
      devices: 3,
      online: 2,
      batteryLow: 1,
      unprotected: 1,
      byState: { well: 2, 'never-seen': 1 },
    });
    expect(after.silent.worst).toEqual([
      {
        device: 'smoke-b9',
        kind: 'smoke-detector',
        place: 'b9',
        state: 'never-seen',
        reason: 'never-seen',
        isUnprotected: true,
      },
    ]);
  });
});

describe('by place', () => {
  it('each grid and building counts what lies below it, with the worst severity that stands', async () => {
    await using api = await runningApi();
    happen(api, {
      alarms: [
        alarm('a-room', { place: room, severity: 'minor', ack: true }),
        alarm('a-building', { severity: 'major' }),
        alarm('a-far', { ...far, severity: 'warning' }),
      ],
      tasks: [task('t-room', { place: room, acceptBy: epochMs(start - 1) })],
    });
    const answer = await overview(api, 'admin');
    expect(idsOf(answer.places)).toEqual(['b3', 'b9', 'g1', 'g2']);
    const b3 = { worst: 'major', alarms: 2, unacknowledged: 1, tasks: 1, overdue: 1, devices: 2, silent: 2 };
    expect(tileOf(answer, 'b3')).toMatchObject({ ...b3, kind: 'building', within: 'g1', unprotected: 1 });
    expect(tileOf(answer, 'g1')).toMatchObject({
      ...b3,
      kind: 'grid',
      within: null,
      name: { zh: '第一网格' },
    });
    expect(tileOf(answer, 'b9')).toMatchObject({ worst: 'warning', alarms: 1, tasks: 0, name: '9号楼' });
  });
});

describe('by time', () => {
  it('counts what began in each of the last 24 hours, which begin as in the community', async () => {
    await using api = await runningApi();
    api.platform.at = plus(start, 20 * minute);
    const began = (id: string, ms: number, changes: Partial<Alarm> = {}) =>
      alarm(id, { startedAt: epochMs(start + ms), ...over, ...changes });
    happen(api, {
      alarms: [
        began('a-now', 10 * minute),
        began('a-ahead', 61 * minute, { severity: 'minor' }),
        began('a-just-before', -1, { severity: 'major' }),
        began('a-first', -23 * hour),
        began('a-too-old', -23 * hour - 1),
        began('a-far', 0, far),
      ],
    });
    const { hours } = await overview(api, 'p-leader');
    expect(hours).toHaveLength(24);
    expect(hours[0]).toEqual({
      from: '2025-12-31T05:00:00.000Z',
      critical: 1,
      major: 0,
      minor: 0,
      warning: 0,
    });
    expect(hours[22]).toMatchObject({ major: 1, critical: 0 });
    expect(hours[23]).toMatchObject({ from: '2026-01-01T04:00:00.000Z', critical: 1, minor: 1 });
    expect((await overview(api, 'admin')).hours[23].critical).toBe(2);
  });
});

describe('the overview of a caller', () => {
  it('holds what lies in the own places, and at the place that was asked for', async () => {
    await using api = await runningApi();
    happen(api, {
      alarms: [alarm('a-near'), alarm('a-far', far)],
      tasks: [task('t-near'), task('t-far', { place: far.place })],
    });
    const near = await overview(api, 'p-manager');
    expect(idsOf(near.unsafe.urgent)).toEqual(['a-near']);
    expect(near).toMatchObject({ unsafe: { active: 1 }, late: { open: 1 }, silent: { devices: 2 } });
    expect(idsOf(near.places)).toEqual(['b3', 'g1']);
    expect(JSON.stringify(near)).not.toContain('b9');
    const asked = await overview(api, 'admin', '?place=g2');
    expect(idsOf(asked.unsafe.urgent)).toEqual(['a-far']);
    expect(asked.silent.devices).toBe(1);
    expect(await overview(api, 'p-manager', '?place=g2')).toMatchObject({
      unsafe: { active: 0 },
      silent: { devices: 0 },
      places: [],
    });
  });

  it('holds no task that is not theirs to see, and no name of a resident', async () => {
    await using api = await runningApi();
    const late = { acceptBy: epochMs(start - 1), place: room };
    const title = { zh: '王奶奶 按下求助' };
    const publicTitle = { zh: '3-502 按下求助' };
    happen(api, {
      tasks: [
        task('t-care', { ...late, assignee: 'p-care' as PersonId }),
        task('t-own', { ...late, assignee: 'p-worker' as PersonId, title, publicTitle }),
      ],
      alarms: [
        alarm('a-heart', {
          place: room,
          device: 'watch-0502' as DeviceId,
          resident: 'r-0502' as ResidentId,
          key: 'r-0502',
          evidence: [{ property: 'heart-rate', value: 140, at: start }],
        }),
      ],
    });
    const worker = await overview(api, 'p-worker');
    expect(worker.late).toMatchObject({ open: 1, toAccept: 1, tasks: [{ id: 't-own', title: title.zh }] });
    expect(JSON.stringify(worker)).not.toContain('r-0502');
    const auditor = await overview(api, 'p-auditor');
    expect(auditor.late.open).toBe(2);
    for (const secret of ['王奶奶', 'r-0502', '140']) expect(JSON.stringify(auditor)).not.toContain(secret);
    const manager = await overview(api, 'p-manager');
    expect(manager.unsafe.urgent[0]).toMatchObject({ resident: 'r-0502', evidence: [] });
    expect((await overview(api, 'p-care')).unsafe.urgent[0].evidence[0].value).toBe(140);
  });
});
