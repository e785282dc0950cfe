import { describe, expect, it } from 'vitest';
import { type CommunityId, type DeviceId, epochMs, type PersonId, type PlaceId } from '#model/brand.ts';
import type { Account, ResourceChange } from '#model/command.ts';
import { disposableStore } from '#tests/store/ops/support/disposable-store.ts';
import { at, reading } from '#tests/store/ops/support/samples.ts';

const place = (id: string, parent: string): ResourceChange => ({
  op: 'put',
  resource: 'place',
  id,
  body: { id: id as PlaceId, kind: 'grid', parent: parent as PlaceId },
});
const device = (id: string, at: string): ResourceChange => ({
  op: 'put',
  resource: 'device',
  id,
  body: { id: id as DeviceId, kind: 'smoke-detector', place: at as PlaceId, name: { zh: '烟感' } },
});
const account = (changes: Partial<Account> = {}): ResourceChange => ({
  op: 'put',
  resource: 'account',
  id: 'w-zhou',
  body: { id: 'w-zhou', role: 'grid-worker', person: 'w-zhou', ...changes },
});

describe('resources of the ops store', () => {
  it('come back as they were put, with version and time', async () => {
    await using ops = await disposableStore();
    const put = device('d-1', 'g1');
    const stored = { resource: 'device', id: 'd-1', version: 1, body: { ...(put.op === 'put' && put.body) } };
    expect(ops.writer.applyChange(put, at)).toEqual({ ...stored, updatedAt: at });
    expect(ops.reader.get('device', 'd-1')).toEqual({ ...stored, updatedAt: at });
    expect(ops.writer.resource('device', 'd-1')).toEqual({ ...stored, updatedAt: at });
    expect(ops.reader.device('d-1')).toEqual(stored.body);
    expect([...ops.writer.resources()]).toEqual(ops.reader.all('device'));
  });

  it('count their versions on across a delete', async () => {
    await using ops = await disposableStore();
    for (const put of [device('d-1', 'g1'), account()]) {
      expect(ops.writer.applyChange(put, at)?.version).toBe(1);
      expect(ops.writer.applyChange(put, epochMs(at + 1))?.version).toBe(2);
      const { resource, id } = put;
      expect(ops.writer.applyChange({ op: 'delete', resource, id }, at)).toBeNull();
      expect(ops.writer.applyChange({ op: 'delete', resource, id }, at)).toBeNull();
      expect([ops.reader.get(resource, id), ops.reader.all(resource)]).toEqual([undefined, []]);
      expect(ops.reader.list(resource, { limit: 5 }).items).toEqual([]);
      expect(ops.writer.applyChange(put, at)?.version).toBe(4);
    }
  });

  it('make up the configuration as it stands', async () => {
    await using ops = await disposableStore();
    const body = { id: 'lianfang-1' as CommunityId, timezone: 'Asia/Tokyo' };
    ops.writer.applyChange({ op: 'put', resource: 'community', id: body.id, body }, at);
    ops.writer.applyChange(place('g1', 'lianfang-1'), at);
    ops.writer.applyChange(place('b3', 'g1'), at);
    ops.writer.applyChange(device('d-1', 'b3'), at);
    const configuration = ops.reader.configuration();
    expect(ops.reader.community()).toEqual(body);
    expect(configuration.timezone).toBe('Asia/Tokyo');
    expect(configuration.path('b3' as PlaceId)).toEqual(['b3', 'g1', 'lianfang-1']);
    expect([...configuration.devices()].map(({ id }) => id)).toEqual(['d-1']);
  });

  it('are listed by id, page by page, whatever comes in meanwhile', async () => {
    await using ops = await disposableStore();
    for (const id of ['d-2', 'd-4', 'd-6']) ops.writer.applyChange(device(id, 'g1'), at);
    const first = ops.reader.list('device', { limit: 2 });
    for (const id of ['d-1', 'd-3', 'd-5']) ops.writer.applyChange(device(id, 'g1'), at);
    const rest = ops.reader.list('device', { limit: 2, cursor: first.next ?? '' });
    expect(first.items.map(({ id }) => id)).toEqual(['d-2', 'd-4']);
    expect(rest.items.map(({ id }) => id)).toEqual(['d-5', 'd-6']);
    expect(rest.next).toBeNull();
  });

  it('are listed by place: what stands there, who works there, the place itself', async () => {
    await using ops = await disposableStore();
    ops.writer.applyChange(place('g1', 'lianfang-1'), at);
    ops.writer.applyChange(device('d-1', 'g1'), at);
    ops.writer.applyChange(device('d-2', 'g2'), at);
    const body = {
      id: 'w-zhou' as PersonId,
      role: 'grid-worker',
      places: ['g2', 'g1'] as PlaceId[],
    } as const;
    ops.writer.applyChange(
      { op: 'put', resource: 'person', id: body.id, body: { ...body, places: [...body.places] } },
      at,
    );
    const ids = (resource: 'device' | 'person' | 'place', at: string | string[]) =>
      ops.reader.list(resource, { limit: 5, place: at as PlaceId | PlaceId[] }).items.map(({ id }) => id);
    expect(ids('device', 'g1')).toEqual(['d-1']);
    expect(ids('device', ['g1', 'g2'])).toEqual(['d-1', 'd-2']);
    expect(ids('person', 'g1')).toEqual(['w-zhou']);
    expect(ids('person', 'g3')).toEqual([]);
    expect(ids('place', 'g1')).toEqual(['g1']);
    expect(ids('device', [])).toEqual([]);
  });

  it('with secrets rest apart from all others and are looked up by their hash', async () => {
    await using ops = await disposableStore();
    const { reader, writer } = ops;
    const token = {
      id: 'k-1',
      name: 'dashboards',
      tokenHash: 'hash-of-token',
      role: 'auditor',
      places: [],
    } as const;
    writer.applyChange(account({ passwordHash: 'scrypt$hash' }), at);
    writer.applyChange({ op: 'put', resource: 'api-token', id: 'k-1', body: token }, at);
    const credential = { device: 'd-1', tokenHash: 'hash-of-device-token' };
    writer.applyChange({ op: 'put', resource: 'credential', id: 'd-1', body: credential }, at);
    expect([...writer.resources()]).toEqual([]);
    expect(reader.credential('d-1')).toEqual({ tokenHash: 'hash-of-device-token', digest: null });
    expect(reader.apiToken('hash-of-token')).toEqual(token);
    expect(writer.apiTokenById('k-1')).toEqual(token);
    expect(reader.account('w-zhou')?.passwordHash).toBe('scrypt$hash');
    expect([reader.accounts().length, reader.apiTokens()]).toEqual([1, [token]]);
    for (const [resource, id] of [
      ['credential', 'd-1'],
      ['api-token', 'k-1'],
    ] as const)
      writer.applyChange({ op: 'delete', resource, id }, at);
    expect([reader.credential('d-1'), reader.apiToken('hash-of-token')]).toEqual([undefined, undefined]);
  });

  it('of an account keep the password when none is given', async () => {
    await using ops = await disposableStore();
    ops.writer.applyChange(account({ passwordHash: 'scrypt$hash' }), at);
    ops.writer.applyChange(account({ role: 'grid-leader' }), at);
    expect(ops.writer.account('w-zhou')).toMatchObject({ role: 'grid-leader', passwordHash: 'scrypt$hash' });
  });

  it('of a device take what it last said with them when they go', async () => {
    await using ops = await disposableStore();
    ops.writer.applyChange(device('smoke-b3-05', 'g1'), at);
    ops.writer.putLatest([reading()]);
    ops.writer.putPresence('smoke-b3-05', true, at, 'connect');
    ops.writer.applyChange({ op: 'delete', resource: 'device', id: 'smoke-b3-05' }, at);
    expect([...ops.writer.latestReadings()]).toEqual([]);
    expect(ops.reader.presence()).toEqual([]);
  });
});
