import { describe, expect, it } from 'vitest';
import { type HealthFacts, judgeHealth } from '#api/device-health/judge.ts';
import { type DeviceId, day, epochMs, hour, minute, type RuleId } from '#model/brand.ts';
import { flag, type Value } from '#model/reading.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { alarm, reading } from '#tests/store/ops/support/samples.ts';

const later = (ms: number) => epochMs(start + ms);
const facts = (changes: Partial<HealthFacts> = {}): HealthFacts => ({
  now: start,
  downtimes: [],
  maintenanceSince: undefined,
  retiredAt: undefined,
  presence: { online: true, at: start, cause: 'connect' },
  heardAt: start,
  faults: [],
  silenceAlarmAt: undefined,
  expectEveryMs: undefined,
  staysConnected: false,
  ...changes,
});
const word = ({ reason, state }: { state: string; reason: string }) => `${state} ${reason}`;

describe('how a device is', () => {
  it('is well while a battery device that hung up keeps its cadence, and silent 5 % later', () => {
    const gone = { online: false, at: start, cause: 'disconnect' } as const;
    const at = (ms: number) =>
      word(judgeHealth(facts({ presence: gone, expectEveryMs: hour, now: later(ms) })));
    expect(at(1.05 * hour)).toBe('well heard-in-time');
    expect(at(1.05 * hour + 1)).toBe('silent overdue');
  });

  it('is silent by its cadence even while it is connected', () => {
    const quiet = facts({ expectEveryMs: hour, now: later(2 * hour) });
    expect(judgeHealth(quiet)).toEqual({ state: 'silent', reason: 'overdue', since: start });
  });

  it('does not take time in which nobody listened for silence', () => {
    const downtimes = [
      { from: start - hour, to: start },
      { from: later(0.5 * hour), to: later(3 * hour) },
      { from: later(3.25 * hour), to: later(4.5 * hour) },
    ];
    const heardIn = (ms: number) =>
      word(judgeHealth(facts({ expectEveryMs: hour, now: later(ms), downtimes })));
    expect(heardIn(4.8 * hour)).toBe('well connected');
    expect(heardIn(4.81 * hour)).toBe('silent overdue');
  });

  it('does not take a restart for a word of a device', () => {
    const restart = { from: later(30 * day), to: later(30 * day + minute) };
    const gone = { online: false, at: start, cause: 'keep-alive' } as const;
    const dead = facts({ presence: gone, now: later(30 * day + 2 * minute), downtimes: [restart] });
    expect(judgeHealth(dead)).toEqual({ state: 'silent', reason: 'unheard', since: start });
  });

  it('without a cadence is silent a day after a device that hung up spoke, and never while it is connected', () => {
    const gone = { online: false, at: start, cause: 'keep-alive' } as const;
    expect(word(judgeHealth(facts({ presence: gone, now: later(25 * hour) })))).toBe('well heard-in-time');
    expect(word(judgeHealth(facts({ presence: gone, now: later(25 * hour + 1) })))).toBe('silent unheard');
    expect(word(judgeHealth(facts({ now: later(9 * day) })))).toBe('well connected');
  });

  it('is silent when a rule for silence says so, whose cadence is learned', () => {
    expect(word(judgeHealth(facts({ silenceAlarmAt: start })))).toBe('silent unusually-quiet');
  });

  it('is offline when it has mains power and is away for longer than a restart takes', () => {
    const gone = (cause: 'will' | 'disconnect' | 'status', ms: number) =>
      word(
        judgeHealth(
          facts({ staysConnected: true, presence: { online: false, at: start, cause }, now: later(ms) }),
        ),
      );
    expect(gone('will', 2 * minute)).toBe('well heard-in-time');
    expect(gone('will', 2 * minute + 1)).toBe('offline connection-lost');
    expect(gone('disconnect', hour)).toBe('offline disconnected');
    expect(gone('status', hour)).toBe('offline said-offline');
  });

  it('is never seen, under maintenance or at fault, in the order in which it matters', () => {
    const nothing = facts({ presence: undefined, heardAt: undefined });
    expect(word(judgeHealth(nothing))).toBe('never-seen never-seen');
    const faults = [{ reason: 'tampered', at: start } as const];
    expect(word(judgeHealth(facts({ faults })))).toBe('fault tampered');
    expect(word(judgeHealth(facts({ faults, silenceAlarmAt: start })))).toBe('silent unusually-quiet');
    expect(word(judgeHealth({ ...nothing, maintenanceSince: start }))).toBe('maintenance maintenance-mode');
  });
});

const watch = 'watch-0502' as DeviceId;
const smoke = 'smoke-b3-05' as DeviceId;

async function say(api: RunningApi, device: DeviceId, values: Readonly<Record<string, Value>>, at = start) {
  api.write((writer) =>
    writer.putLatest(
      Object.entries(values).map(([property, value]) =>
        reading({ device, property, value, at, receivedAt: at, flags: flag.noTime }),
      ),
    ),
  );
}
const healthOf = async (api: RunningApi, account: string, device: DeviceId) =>
  (await api.get(account, `/devices/${device}`)).json().health;

describe('the health of a device as it is shown', () => {
  it('has the state, why, since when, and the battery', async () => {
    await using api = await runningApi();
    const never = { state: 'never-seen', reason: 'never-seen', since: null, battery: null };
    expect(await healthOf(api, 'p-worker', smoke)).toEqual(never);
    await say(api, smoke, { smoke: false, battery: 90, 'battery-low': false });
    const well = { state: 'well', reason: 'heard-in-time', since: null, battery: { level: 90, low: false } };
    expect(await healthOf(api, 'p-worker', smoke)).toEqual(well);
    await say(api, smoke, { fault: true, battery: 15 }, later(minute));
    const since = new Date(later(minute)).toISOString();
    const fault = { state: 'fault', reason: 'reported-fault', since, battery: { level: 15, low: true } };
    expect(await healthOf(api, 'p-worker', smoke)).toEqual(fault);
    api.platform.at = later(minute + 25.3 * hour);
    expect(await healthOf(api, 'p-worker', smoke)).toMatchObject({ state: 'silent', since });
    await api.send('admin', 'PUT', '/modes', { target: 'g1', mode: 'maintenance' });
    expect(await healthOf(api, 'p-worker', smoke)).toMatchObject({ state: 'maintenance' });
  });

  it('is that of before a restart, as long as it says nothing', async () => {
    await using api = await runningApi();
    await say(api, smoke, { smoke: false });
    api.platform.at = later(30 * day);
    api.platform.unheard = [{ from: start + 29 * day, to: start + 30 * day }];
    expect(await healthOf(api, 'admin', smoke)).toMatchObject({ state: 'silent' });
    api.platform.unheard = [{ from: start + hour, to: start + 30 * day }];
    expect(await healthOf(api, 'admin', smoke)).toMatchObject({ state: 'well' });
  });

  it('is silent on the data clock as well, whatever time it was when the platform began to listen', async () => {
    await using api = await runningApi({ clock: 'data' });
    const old = epochMs(start - 300 * day);
    await say(api, smoke, { smoke: false }, old);
    api.platform.at = epochMs(old + 26 * hour);
    expect(await healthOf(api, 'admin', smoke)).toMatchObject({ state: 'silent', reason: 'overdue' });
  });

  it('follows the rules for silence, until the alarm is over', async () => {
    await using api = await runningApi();
    await api.send('admin', 'PUT', '/rules/quiet', {
      category: 'device-maintenance',
      severity: 'minor',
      property: '*',
      silentFor: 'auto',
    });
    await say(api, smoke, { smoke: false });
    const silent = { rule: 'quiet' as RuleId, device: smoke, severity: 'minor' } as const;
    const put = (changes: object) =>
      api.write((writer) => writer.putAlarm(alarm('a-1', { ...silent, ...changes })));
    put({});
    expect(await healthOf(api, 'admin', smoke)).toMatchObject({ state: 'silent', reason: 'overdue' });
    const { items } = (await api.get('admin', '/devices?health=silent')).json();
    expect(items.map(({ id }: { id: string }) => id)).toEqual([smoke]);
    put({ state: 'cleared', clearedAt: start });
    expect(await healthOf(api, 'admin', smoke)).toMatchObject({ state: 'well' });
  });

  it('tells everybody that it is silent, and since when only those who may see what it said last', async () => {
    await using api = await runningApi();
    await say(api, watch, { battery: 80 });
    await say(api, watch, { 'heart-rate': 61 }, later(minute));
    api.platform.at = later(2 * day);
    const heard = new Date(later(minute)).toISOString();
    expect(await healthOf(api, 'p-care', watch)).toMatchObject({ state: 'silent', since: heard });
    expect(await healthOf(api, 'p-manager', watch)).toMatchObject({ state: 'silent', since: null });
  });
});

describe('the list of devices', () => {
  const ids = async (api: RunningApi, account: string, query: string) =>
    (await api.get(account, `/devices?${query}`)).json().items.map(({ id }: { id: string }) => id);

  it('takes those of a kind, of a place and below, in a state of health, with a text in id or name', async () => {
    await using api = await runningApi();
    await say(api, smoke, { smoke: false });
    await api.send('admin', 'PATCH', '/devices/smoke-b9', { name: { zh: '九号楼烟感', en: 'Nine' } });
    expect(await ids(api, 'admin', '')).toEqual(['smoke-b3-05', 'smoke-b9', 'watch-0502']);
    expect(await ids(api, 'admin', 'kind=wearable')).toEqual(['watch-0502']);
    expect(await ids(api, 'admin', 'place=g1')).toEqual(['smoke-b3-05', 'watch-0502']);
    expect(await ids(api, 'admin', 'health=well')).toEqual(['smoke-b3-05']);
    expect(await ids(api, 'admin', 'q=B3')).toEqual(['smoke-b3-05']);
    expect(await ids(api, 'admin', `q=${encodeURIComponent('九号')}&health=never-seen`)).toEqual([
      'smoke-b9',
    ]);
    expect(await ids(api, 'p-worker', 'q=smoke')).toEqual(['smoke-b3-05']);
    expect((await api.get('admin', '/devices?health=ill')).statusCode).toBe(400);
  });

  it('gives those in trouble first, page by page', async () => {
    await using api = await runningApi();
    await say(api, smoke, { smoke: false });
    await say(api, watch, { battery: 5 });
    const first = (await api.get('admin', '/devices?sort=health&limit=2')).json();
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(['smoke-b9', 'watch-0502']);
    expect(await ids(api, 'admin', `sort=health&limit=2&cursor=${first.next}`)).toEqual(['smoke-b3-05']);
    expect(await ids(api, 'admin', 'battery=low')).toEqual(['watch-0502']);
    expect((await api.get('admin', '/devices?cursor=nonsense')).statusCode).toBe(400);
  });

  it('shows what such a device is there for, as far as the caller may see it', async () => {
    await using api = await runningApi();
    await say(api, watch, { battery: 80, 'heart-rate': 61, sos: false });
    const main = async (account: string) => (await api.get(account, `/devices/${watch}`)).json().main;
    expect(await main('p-care')).toMatchObject({ property: 'sos', value: false, unit: null });
    expect(await main('p-auditor')).toBeNull();
    await say(api, smoke, { temperature: 21.5 });
    const { main: warm } = (await api.get('p-auditor', `/devices/${smoke}`)).json();
    expect(warm).toEqual({
      property: 'temperature',
      value: 21.5,
      at: new Date(start).toISOString(),
      unit: 'Cel',
    });
  });

  it('is counted by health and kind, in the places of the caller', async () => {
    await using api = await runningApi();
    await say(api, smoke, { smoke: false, battery: 3 });
    const counts = async (account: string, query = '') =>
      (await api.get(account, `/devices/counts${query}`)).json();
    expect(await counts('p-worker')).toEqual({
      total: 2,
      health: { offline: 0, silent: 0, fault: 0, 'never-seen': 1, maintenance: 0, well: 1 },
      kinds: { 'smoke-detector': 1, wearable: 1 },
      lowBattery: 1,
    });
    expect(await counts('admin', '?kind=smoke-detector')).toMatchObject({ total: 2 });
    expect(await counts('admin', '?health=well')).toMatchObject({ total: 1, kinds: { 'smoke-detector': 1 } });
    expect(await counts('admin', '?battery=low&health=never-seen')).toMatchObject({
      total: 0,
      lowBattery: 0,
    });
  });
});
