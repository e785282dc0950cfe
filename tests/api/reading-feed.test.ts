import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { Value } from '#model/reading.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

type Said = readonly [device: string, property: string, value: Value];
interface Page {
  readonly items: readonly { readonly device: string; readonly value: Value; readonly position: string }[];
  readonly next: string;
}

/** One transaction whose last record is at `where`. */
const commit = (api: RunningApi, where: number, said: readonly Said[]) => {
  api.write((writer) => {
    const readings = said.map(([device, property, value]) => ({
      device: device as DeviceId,
      property,
      value,
      at: start,
      receivedAt: start,
      flags: 4,
      position: position(where),
    }));
    writer.feed.put({ position: position(where), readings, context: [] }, start);
    writer.setPosition(position(where));
  });
  api.platform.fed();
};
const follow = async (api: RunningApi, account: string, query: string): Promise<Page> =>
  (await api.get(account, `/readings/feed?${query}`)).json();
const valuesOf = ({ items }: Page) => items.map(({ value }) => value);

describe('the feed of readings', () => {
  it('begins now, and goes on where the last answer ended', async () => {
    await using api = await runningApi();
    commit(api, 5, [['smoke-b3-05', 'smoke', true]]);
    expect(await follow(api, 'admin', '')).toEqual({ items: [], next: '5', more: false });
    commit(api, 8, [
      ['smoke-b3-05', 'temperature', 21],
      ['smoke-b3-05', 'smoke', false],
    ]);
    const first = await follow(api, 'admin', 'after=5&limit=1');
    expect(first).toEqual({
      items: [
        {
          device: 'smoke-b3-05',
          kind: 'smoke-detector',
          place: 'b3',
          property: 'temperature',
          value: 21,
          unit: 'Cel',
          at: '2026-01-01T04:00:00.000Z',
          receivedAt: '2026-01-01T04:00:00.000Z',
          flags: ['received-late'],
          position: '8.1',
        },
      ],
      next: '8.1',
      more: true,
    });
    const second = await follow(api, 'admin', `after=${first.next}`);
    expect([valuesOf(second), second.next]).toEqual([[false], '8.2']);
    expect(await follow(api, 'admin', `after=${second.next}`)).toEqual({
      items: [],
      next: '8.2',
      more: false,
    });
    api.write((writer) => writer.setPosition(position(12)));
    expect(await follow(api, 'admin', `after=${second.next}`)).toEqual({
      items: [],
      next: '12',
      more: false,
    });
  });

  it('is of what the caller may see, and wants to', async () => {
    await using api = await runningApi();
    commit(api, 5, [
      ['smoke-b3-05', 'smoke', 1],
      ['smoke-b9', 'smoke', 2],
      ['watch-0502', 'heart-rate', 3],
      ['watch-0502', 'battery', 4],
      ['watch-0502', 'unheard-of', 5],
      ['gone', 'smoke', 6],
    ]);
    const seen = async (account: string, query = '') =>
      valuesOf(await follow(api, account, `after=0${query}`));
    expect(await seen('admin')).toEqual([1, 2, 3, 4, 5]);
    expect(await seen('p-manager')).toEqual([1, 4]);
    expect(await seen('p-care')).toEqual([1, 3, 4, 5]);
    expect(await seen('p-auditor')).toEqual([1, 2, 4]);
    expect(await seen('admin', '&kind=wearable&property=battery,heart-rate')).toEqual([3, 4]);
    expect(await seen('admin', '&device=smoke-b9,gone')).toEqual([2]);
    expect(await seen('admin', '&place=g1')).toEqual([1, 3, 4, 5]);
    expect(await seen('p-manager', '&place=b9')).toEqual([]);
    expect((await api.get('p-volunteer', '/readings/feed?after=0')).statusCode).toBe(403);
    // What is not wanted is behind the cursor, too.
    expect((await follow(api, 'admin', 'after=0&device=none')).next).toBe('5.6');
  });

  it('waits for a reading where there is none, and no longer than it was asked to', async () => {
    await using api = await runningApi();
    commit(api, 5, []);
    const waiting = follow(api, 'admin', 'after=5&wait=30&device=smoke-b3-05');
    while (api.platform.wakers.size === 0) await new Promise((resolve) => setImmediate(resolve));
    // Another's reading wakes it, and it waits on.
    commit(api, 6, [['smoke-b9', 'smoke', true]]);
    commit(api, 7, [['smoke-b3-05', 'smoke', true]]);
    const page = await waiting;
    expect([valuesOf(page), page.next]).toEqual([[true], '7.1']);
    expect(api.platform.wakers.size).toBe(0);
    const none = await follow(api, 'admin', 'after=7.1&wait=1');
    expect(none.items).toEqual([]);
  });

  it('answers who waits when the platform stops, and refuses too many who wait', async () => {
    const api = await runningApi();
    await using _ = api;
    commit(api, 5, []);
    const waiting = Array.from({ length: 8 }, () => api.get('admin', '/readings/feed?after=5&wait=30'));
    while (api.platform.wakers.size < 8) await new Promise((resolve) => setImmediate(resolve));
    const refused = await api.get('admin', '/readings/feed?after=5&wait=30');
    expect(refused.json()).toMatchObject({ code: 'too-many-requests' });
    expect(refused.headers['retry-after']).toBe('1');
    // Who does not wait is not held up by those who do.
    expect((await api.get('admin', '/readings/feed?after=5')).statusCode).toBe(200);
    await api.app.close();
    for (const answer of waiting)
      expect((await answer).json()).toEqual({ items: [], next: '5', more: false });
  });

  it('says when something behind the cursor is gone, and when the log is another', async () => {
    await using api = await runningApi();
    for (const where of [3, 6, 9]) commit(api, where, [['smoke-b3-05', 'smoke', true]]);
    api.write((writer) => writer.feed.trim(epochMs(start + 1_000), { ms: 0, bytes: 0 }));
    commit(api, 12, [['smoke-b3-05', 'smoke', false]]);
    for (const after of ['0', '8', '9.1', '13'])
      expect((await api.get('admin', `/readings/feed?after=${after}`)).json(), after).toMatchObject({
        status: 410,
        code: 'gone',
        oldest: '9',
      });
    expect(valuesOf(await follow(api, 'admin', 'after=9'))).toEqual([false]);
    for (const query of ['after=x', 'after=-1', 'wait=31', 'limit=0', 'limit=5001', 'other=1'])
      expect((await api.get('admin', `/readings/feed?${query}`)).statusCode, query).toBe(400);
  });

  it('looks through no more at a time than does not hold up others, and goes on', async () => {
    await using api = await runningApi();
    const many = Array.from({ length: 5_001 }, (): Said => ['smoke-b9', 'smoke', true]);
    commit(api, 5, [...many, ['smoke-b3-05', 'smoke', true]]);
    const first = await follow(api, 'p-manager', 'after=0&wait=30');
    expect(first).toEqual({ items: [], next: '5.5000', more: true });
    expect(valuesOf(await follow(api, 'p-manager', `after=${first.next}`))).toEqual([true]);
  });
});
