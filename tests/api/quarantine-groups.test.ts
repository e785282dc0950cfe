import { describe, expect, it } from 'vitest';
import { type DeviceId, epochMs } from '#model/brand.ts';
import type { Quarantined } from '#model/quarantine.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';
import { quarantined } from '#tests/store/ops/support/samples.ts';

const smoke = 'smoke-b3-05' as DeviceId;
const far = 'smoke-b9' as DeviceId;

/** Received one second apart. */
const hold = (api: RunningApi, ...entries: readonly Partial<Quarantined>[]) =>
  api.write((writer) => {
    entries.forEach((entry, index) => {
      writer.putQuarantined(
        quarantined({ device: smoke, receivedAt: epochMs(start + index * 1_000), ...entry }),
      );
    });
  });
const groupsOf = async (api: RunningApi, account: string, query = '') =>
  (await api.get(account, `/quarantine/groups${query}`)).json();

describe('quarantine in groups', () => {
  it('counts what went wrong in the same way, what is held first, then the newest, with the newest entry', async () => {
    await using api = await runningApi();
    const warm = { device: smoke, reason: 'wrong-type', property: 'temperature' } as const;
    hold(
      api,
      { device: far, reason: 'malformed', property: null },
      warm,
      { ...warm, property: 'humidity' },
      { ...warm, payload: Buffer.from('newest') },
    );
    api.write((writer) => writer.markReplayed(3, start));
    const { items, next } = await groupsOf(api, 'admin');
    expect(next).toBeNull();
    const seen = items.map(({ held, property, replayed }: Record<string, unknown>) => [
      property,
      held,
      replayed,
    ]);
    expect(seen).toEqual([
      ['temperature', 2, 0],
      [null, 1, 0],
      ['humidity', 0, 1],
    ]);
    expect(items[0]).toMatchObject({
      device: smoke,
      dialect: 'native',
      reason: 'wrong-type',
      first: new Date(start + 1_000).toISOString(),
      last: new Date(start + 3_000).toISOString(),
      sample: { id: 4, payload: Buffer.from('newest').toString('base64') },
    });
  });

  it('comes page by page and by filter', async () => {
    await using api = await runningApi();
    hold(api, { property: 'a' }, { property: 'b' }, { property: 'c', dialect: 'senml' });
    const first = await groupsOf(api, 'admin', '?limit=2');
    expect(first.items.map(({ property }: { property: string }) => property)).toEqual(['c', 'b']);
    const rest = await groupsOf(api, 'admin', `?limit=2&cursor=${first.next}`);
    expect(rest.items.map(({ property }: { property: string }) => property)).toEqual(['a']);
    expect((await groupsOf(api, 'admin', '?dialect=senml')).items).toHaveLength(1);
    expect((await groupsOf(api, 'admin', '?state=replayed')).items).toEqual([]);
  });

  it('are the first in the store, too: what is held, then the newest, of the devices that are asked for', async () => {
    await using api = await runningApi();
    hold(api, { property: 'a' }, { property: 'b' }, { property: 'c' }, { device: far, property: 'd' });
    api.write((writer) => writer.markReplayed(3, start));
    const first = (limit: number, devices?: readonly string[]) =>
      api.reader.quarantineGroups({ filter: {}, devices, limit }).map(({ property }) => property);
    expect(first(9)).toEqual(['d', 'b', 'a', 'c']);
    expect(first(2)).toEqual(['d', 'b']);
    expect(first(2, [smoke])).toEqual(['b', 'a']);
  });

  it('leaves out devices elsewhere, and content for all but an admin', async () => {
    await using api = await runningApi();
    hold(api, { device: smoke }, { device: far }, { device: 'stranger' as DeviceId });
    const seen = async (account: string) =>
      (await groupsOf(api, account)).items.map(
        (group: { device: string; sample: { payload: string | null } }) => [
          group.device,
          group.sample.payload === null,
        ],
      );
    expect(await seen('p-manager')).toEqual([[smoke, true]]);
    expect(await seen('p-auditor')).toHaveLength(3);
    expect(await seen('admin')).toContainEqual(['stranger', false]);
    expect((await api.get('p-worker', '/quarantine/groups')).statusCode).toBe(403);
  });

  it('tells nobody but who sees vitals on which side of its range one lay', async () => {
    await using api = await runningApi();
    const watch = 'watch-0502' as DeviceId;
    hold(api, { device: watch, property: 'heart-rate', reason: 'out-of-range', detail: 'above 350 /min' });
    const detailFor = async (account: string): Promise<string> =>
      (await groupsOf(api, account)).items[0].sample.detail;
    expect(await detailFor('admin')).toBe('above 350 /min');
    expect(await detailFor('p-manager')).toBe('heart-rate: out-of-range');
    expect(await detailFor('p-auditor')).toBe('heart-rate: out-of-range');
  });

  it('is discarded by ids or by filter, and is not held any more', async () => {
    await using api = await runningApi();
    hold(api, { property: 'a' }, { property: 'b' }, { property: 'b' });
    const discard = async (body: object) =>
      (await api.send('admin', 'POST', '/quarantine/discard', body)).json();
    expect(await discard({ filter: { property: 'b' } })).toEqual({
      asked: 2,
      outcome: { discarded: 2, missing: [] },
    });
    expect(await discard({ filter: { property: 'b' } })).toEqual({ asked: 0, outcome: null });
    expect((await groupsOf(api, 'admin')).items).toMatchObject([
      { property: 'a', held: 1, discarded: 0 },
      { property: 'b', held: 0, discarded: 2 },
    ]);
    expect((await api.get('admin', '/quarantine?state=discarded')).json().items).toHaveLength(2);
    expect(await discard({})).toMatchObject({ status: 400, code: 'invalid-input' });
  });

  it('is read again or put away in turns of which none is long: alarms wait behind each', async () => {
    await using api = await runningApi();
    const large = { property: 'large', payload: Buffer.alloc(400_000, 32) };
    hold(api, ...Array.from({ length: 600 }, () => ({ property: 'small' })), large, large, large, large);
    const turns = (name: string): readonly number[] =>
      api.engine.executed.flatMap(({ command }) =>
        command.name === name && 'ids' in command ? [command.ids.length] : [],
      );
    const replayed = await api.send('admin', 'POST', '/quarantine/replay', { filter: {} });
    expect(replayed.json()).toEqual({
      asked: 604,
      outcome: { replayed: 604, read: 0, readings: 0, returned: 0, missing: [] },
    });
    expect(turns('replay-quarantine')).toEqual([250, 250, 102, 2]);
    hold(api, large, large, { property: 'small' }, large);
    const ids = [605, 606, 607, 608];
    const discarded = await api.send('admin', 'POST', '/quarantine/discard', { ids });
    expect(discarded.json()).toEqual({ asked: 4, outcome: { discarded: 4, missing: [] } });
    expect(turns('discard-quarantine')).toEqual([3, 1]);
  });

  it('is replayed group by group, and nothing beside it', async () => {
    await using api = await runningApi();
    hold(api, { property: 'a' }, { property: null }, { property: 'a' }, { property: 'a', dialect: 'senml' });
    const replay = async (filter: object) =>
      (await api.send('admin', 'POST', '/quarantine/replay', { filter })).json();
    expect(await replay({ device: smoke, dialect: 'native', property: 'a' })).toMatchObject({ asked: 2 });
    expect(await replay({ device: smoke, property: null })).toMatchObject({ asked: 1 });
    expect(await replay({ device: smoke, dialect: 'native' })).toEqual({ asked: 0, outcome: null });
    expect(await replay({ state: 'replayed' })).toMatchObject({ status: 400, code: 'invalid-input' });
    expect((await groupsOf(api, 'admin', '?state=held')).items).toMatchObject([
      { dialect: 'senml', held: 1 },
    ]);
  });
});

describe('the catalogue', () => {
  it('names every property and kind of device in Chinese and English, for everybody who is signed in', async () => {
    await using api = await runningApi();
    const { kinds, properties } = (await api.get('p-volunteer', '/catalogue')).json();
    for (const { label } of [...kinds, ...properties])
      expect(label).toEqual({ zh: expect.stringMatching(/./), en: expect.stringMatching(/./) });
    expect(properties).toContainEqual(
      expect.objectContaining({ name: 'temperature', unit: 'Cel', type: 'number', sensitivity: 'public' }),
    );
    expect(kinds).toContainEqual(expect.objectContaining({ name: 'smoke-detector', lifeSafety: true }));
  });
});
