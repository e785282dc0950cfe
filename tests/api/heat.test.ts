import { describe, expect, it } from 'vitest';
import { day, minute, plus } from '#model/brand.ts';
import { runningApi, start } from '#tests/api/support/running-api.ts';

describe("a place's heat map", () => {
  const range = 'from=2026-01-01T04:00:00Z&to=2026-01-02T04:00:00Z';

  it('asks history for all devices that lie in the place, once, in the zone of the community', async () => {
    await using api = await runningApi();
    api.platform.points = [
      { at: start, value: 20 },
      { at: plus(start, minute), value: 21 },
    ];
    const answer = await api.get('admin', `/places/b3/heat?property=temperature&fn=max&${range}`);
    expect(answer.statusCode).toBe(200);
    expect(api.platform.heatAsked).toHaveLength(1);
    const [asked] = api.platform.heatAsked;
    expect(asked).toMatchObject({ everyMs: 3_600_000, fn: 'max', timezone: 'Asia/Shanghai' });
    expect(asked?.devices).toContain('smoke-b3-05');
    const { at, rows, source } = answer.json();
    expect(source).toBe('1h');
    expect(at).toHaveLength(2);
    expect(rows.length).toBe(asked?.devices.length);
    for (const row of rows) expect(row.values).toEqual([20, 21]);
  });

  it('leaves out what the role does not see, and refuses places of others, ranges that are none, and too much', async () => {
    await using api = await runningApi();
    const get = (account: string, path: string) => api.get(account, path);
    await get('p-worker', `/places/b3/heat?property=heart-rate&${range}`);
    expect(api.platform.heatAsked.at(-1)?.devices).toEqual([]);
    expect((await get('p-elsewhere', `/places/b3/heat?property=temperature&${range}`)).statusCode).toBe(403);
    expect((await get('admin', `/places/none/heat?property=temperature`)).statusCode).toBe(404);
    expect((await get('admin', `/places/b3/heat?property=temperature&every=x`)).statusCode).toBe(400);
    const before = api.platform.heatAsked.length;
    const long = 'from=1970-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&every=1s';
    expect((await get('admin', `/places/b3/heat?property=temperature&${long}`)).statusCode).toBe(400);
    expect(api.platform.heatAsked).toHaveLength(before);
    api.platform.at = plus(start, 40 * day);
    await get('admin', '/places/b3/heat?property=temperature');
    const last = api.platform.heatAsked.at(-1);
    expect((last?.to ?? 0) - (last?.from ?? 0)).toBe(7 * day);
  });
});

describe('what devices of a place said', () => {
  it('is by property, what most said first, and only what the role sees', async () => {
    await using api = await runningApi();
    api.platform.propertiesOf = (device) =>
      device === 'smoke-b3-05' ? ['battery', 'smoke'] : ['battery', 'heart-rate'];
    const { items } = (await api.get('admin', '/places/b3/properties')).json();
    const all = items.map(({ property }: { property: string }) => property);
    expect(all[0]).toBe('battery');
    expect(all).toContain('heart-rate');
    expect(items.find(({ property }: { property: string }) => property === 'smoke')).toEqual({
      property: 'smoke',
      devices: ['smoke-b3-05'],
    });
    const worker = (await api.get('p-worker', '/places/b3/properties')).json();
    expect(worker.items.map(({ property }: { property: string }) => property)).not.toContain('heart-rate');
    expect((await api.get('p-elsewhere', '/places/b3/properties')).statusCode).toBe(403);
    expect((await api.get('admin', '/places/none/properties')).statusCode).toBe(404);
  });
});
