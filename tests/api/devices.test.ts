import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, minute, plus } from '#model/brand.ts';
import { runningApi, start } from '#tests/api/support/running-api.ts';
import { reading } from '#tests/store/ops/support/samples.ts';

const iso = (at: number) => new Date(at).toISOString();
const later = plus(start, 5 * minute);

describe('the presence of a device', () => {
  it('is shown with the device: whether it is connected, since when, and when it was last seen', async () => {
    await using api = await runningApi();
    const shown = async (account = 'admin') => (await api.get(account, '/devices/smoke-b3-05')).json();
    expect(await shown()).toMatchObject({ online: false, onlineSince: null, lastSeen: null });
    const device = 'smoke-b3-05' as DeviceId;
    api.write((writer) => writer.putPresence(device, true, start, 'connect'));
    expect(await shown()).toMatchObject({ online: true, onlineSince: iso(start), lastSeen: iso(start) });
    api.write((writer) => writer.putLatest([reading({ device, at: start, receivedAt: later })]));
    expect(await shown()).toMatchObject({ onlineSince: iso(start), lastSeen: iso(later) });
    const gone = plus(later, minute);
    api.write((writer) => writer.putPresence(device, false, gone, 'disconnect'));
    expect(await shown()).toMatchObject({ online: false, onlineSince: null, lastSeen: iso(gone) });
    const { items } = (await api.get('admin', '/devices')).json();
    expect(items).toContainEqual(await shown());
  });

  it('does not tell by its time of what the caller may not see', async () => {
    await using api = await runningApi();
    const device = 'smoke-b3-05' as DeviceId;
    api.write((writer) =>
      writer.putLatest([reading({ device, property: 'motion', at: start, receivedAt: start })]),
    );
    const lastSeen = async (account: string) =>
      (await api.get(account, `/devices/${device}`)).json().lastSeen;
    expect(await lastSeen('p-leader')).toBe(iso(start));
    expect(await lastSeen('p-auditor')).toBeNull();
  });

  it('is the property online among the newest values, unless the device said something newer', async () => {
    await using api = await runningApi();
    const device = 'smoke-b3-05' as DeviceId;
    const latest = async () => (await api.get('admin', `/devices/${device}/latest`)).json();
    expect(await latest()).not.toHaveProperty('online');
    api.write((writer) => writer.putPresence(device, true, start, 'connect'));
    expect(await latest()).toEqual({ online: { value: true, at: iso(start), unit: null } });
    api.platform.latestOf.set(device, { online: { value: false, at: epochMs(start - 1) } });
    expect((await latest()).online).toMatchObject({ value: true });
    api.platform.latestOf.set(device, { online: { value: false, at: later } });
    expect((await latest()).online).toEqual({ value: false, at: iso(later), unit: null });
  });

  it('comes with values that have a unit only where they are numbers', async () => {
    await using api = await runningApi();
    const latest = async () => (await api.get('admin', '/devices/smoke-b3-05/latest')).json();
    api.platform.latestOf.set('smoke-b3-05', { gas: { value: true, at: start } });
    expect((await latest()).gas.unit).toBeNull();
    api.platform.latestOf.set('smoke-b3-05', { gas: { value: 12, at: start } });
    expect((await latest()).gas.unit).toBe('ppm');
  });
});

describe('buckets', () => {
  it('come in pages where a limit is given, each bucket once and whole', async () => {
    await using api = await runningApi();
    const points = [0, 1, 2, 3, 4].map((n) => ({ at: plus(start, n * minute), value: n }));
    api.platform.points = points;
    const read = (query: string) =>
      api.get(
        'admin',
        `/devices/smoke-b3-05/readings?property=temperature&every=1m&from=${iso(start)}&${query}`,
      );
    expect((await read('')).json()).toMatchObject({ points: { length: 5 }, next: null });
    const first = (await read('limit=2')).json();
    expect(first.points.map(({ value }: { value: number }) => value)).toEqual([0, 1]);
    api.platform.points = points.slice(2);
    const second = (await read(`limit=3&cursor=${first.next}`)).json();
    expect(api.platform.historyAsked.at(-1)).toMatchObject({ from: plus(start, 2 * minute) });
    expect(second).toMatchObject({ points: { length: 3 }, next: null });
    expect((await read('cursor=elsewhere')).statusCode).toBe(400);
  });
});

describe('unclaimed devices', () => {
  it('are none, since nothing is taken from gateways yet', async () => {
    await using api = await runningApi();
    expect((await api.get('p-worker', '/devices/unclaimed')).json()).toEqual({ items: [], next: null });
  });
});
