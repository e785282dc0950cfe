import { describe, expect, it } from 'vitest';
import { hour, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { equalHashes, hashDeviceToken } from '#model/secrets.ts';
import { start } from '#tests/api/support/running-api.ts';
import { newcomer, unclaimedApi } from '#tests/api/support/unclaimed-api.ts';

const door = {
  id: 'front',
  kind: 'door',
  name: '单元门',
  place: 'b3-0502',
  gateway: 'z1',
  address: 'old',
  serial: 'SN-1',
};

describe('another thing in the place of a device', () => {
  it('of a gateway is what that brought, or will: the device stays, and what was before is written down', async () => {
    await using api = await unclaimedApi(newcomer('new', { model: 'SNZB-04' }));
    await api.send('admin', 'POST', '/devices', door);
    const replaced = await api.send('p-manager', 'POST', '/devices/front/replace', {
      by: 'z1-new',
      serial: 'SN-2',
      reason: '进水',
    });
    expect(replaced.statusCode).toBe(200);
    expect(replaced.json()).not.toHaveProperty('token');
    const { former, ...rest } = api.reader.get('device', 'front')?.body ?? {};
    expect(rest).toEqual({ ...door, address: 'new', serial: 'SN-2', model: 'SNZB-04' });
    expect(former).toEqual([
      { until: iso(start), by: 'p-manager', reason: '进水', serial: 'SN-1', gateway: 'z1', address: 'old' },
    ]);
    const { items } = (await api.get('admin', '/audit')).json();
    expect(JSON.stringify(api.engine.executed.at(-1))).toContain(
      'replace device front: SN-1 by SN-2 (SNZB-04): 进水',
    );
    expect(items.length).toBeGreaterThan(0);
    const again = await api.send('admin', 'POST', '/devices/front/replace', { address: 'third' });
    expect(again.json()).toMatchObject({
      gateway: 'z1',
      address: 'third',
      former: [{}, { address: 'new', model: 'SNZB-04' }],
    });
    expect(again.json()).not.toHaveProperty('model');
  });

  it('with a connection of its own has another token, shown once', async () => {
    await using api = await unclaimedApi();
    const before = api.reader.credential('smoke-b3-05')?.tokenHash ?? '';
    const replaced = await api.send('admin', 'POST', '/devices/smoke-b3-05/replace', { serial: 'A-77' });
    const { token } = replaced.json();
    const hash = api.reader.credential('smoke-b3-05')?.tokenHash ?? '';
    expect(equalHashes(hash, hashDeviceToken(api.platform.deviceTokenKey, 'smoke-b3-05', token))).toBe(true);
    expect(hash).not.toBe(before);
    expect(replaced.json()).toMatchObject({ serial: 'A-77', expectEvery: '24h', former: [{ by: 'admin' }] });
    const given = await api.send('admin', 'POST', '/devices/smoke-b3-05/replace', { token: 'mine' });
    expect(given.json()).not.toHaveProperty('token');
    // From now on a gateway speaks for it.
    const carried = await api.send('admin', 'POST', '/devices/smoke-b3-05/replace', {
      gateway: 'z1',
      address: 'smoke',
    });
    expect(carried.json()).toMatchObject({ gateway: 'z1', address: 'smoke' });
    // The old thing, wherever it is now, speaks for it no more.
    expect(api.reader.credential('smoke-b3-05')).toBeUndefined();
  });

  it('is refused where that thing is somebody’s already, or where it is not said which', async () => {
    await using api = await unclaimedApi(newcomer('new'), newcomer('put-away', { retired: iso(start) }));
    await api.send('admin', 'POST', '/devices', door);
    const replace = async (id: string, body: object, account = 'admin') =>
      (await api.send(account, 'POST', `/devices/${id}/replace`, body)).json();
    expect(await replace('front', {})).toMatchObject({
      status: 400,
      detail: expect.stringContaining('say which thing'),
    });
    expect(await replace('front', { by: 'nobody' })).toMatchObject({ status: 404 });
    expect(await replace('front', { by: 'smoke-b3-05' })).toMatchObject({
      status: 409,
      code: 'already-exists',
      standing: { id: 'smoke-b3-05' },
    });
    expect(await replace('front', { by: 'z1-put-away' })).toMatchObject({ status: 409, code: 'wrong-state' });
    expect(await replace('front', { address: 'old' })).toMatchObject({ status: 409, code: 'already-exists' });
    expect(await replace('smoke-b3-05', { gateway: 'z1', address: 'old' })).toMatchObject({
      status: 409,
      standing: { id: 'front' },
    });
    expect(await replace('smoke-b3-05', { address: 'alone' })).toMatchObject({ status: 400 });
    expect(await replace('smoke-b3-05', { gateway: 'watch-0502', address: 'x' })).toMatchObject({
      status: 422,
    });
    expect(await replace('front', { address: 'x', token: 't' })).toMatchObject({ status: 400 });
    expect(await replace('z1-new', { address: 'x' })).toMatchObject({ status: 409, code: 'wrong-state' });
    expect(await replace('front', { address: 'x', version: 9 })).toMatchObject({
      status: 409,
      code: 'stale-version',
    });
    expect(await replace('smoke-b9', {}, 'p-manager')).toMatchObject({ status: 403 });
    expect(api.reader.get('device', 'front')?.version).toBe(1);
  });
});

describe('a device out of use', () => {
  it('is no gap and in no list of those in use, and can be put back', async () => {
    await using api = await unclaimedApi();
    const unprotected = async () =>
      (await api.get('admin', '/coverage'))
        .json()
        .unprotected.map(({ device }: { device: string }) => device);
    expect(await unprotected()).toContain('smoke-b3-05');
    api.platform.at = plus(start, hour);
    const retired = await api.send('p-manager', 'POST', '/devices/smoke-b3-05/retire', { reason: '拆除' });
    expect(retired.json()).toMatchObject({
      retired: iso(plus(start, hour)),
      health: { state: 'maintenance', reason: 'retired' },
    });
    expect(await unprotected()).not.toContain('smoke-b3-05');
    const ids = async (query: string) =>
      (await api.get('admin', `/devices${query}`)).json().items.map(({ id }: { id: string }) => id);
    expect(await ids('')).not.toContain('smoke-b3-05');
    expect(await ids('?retired=true')).toEqual(['smoke-b3-05']);
    expect((await api.send('admin', 'POST', '/devices/smoke-b3-05/retire', {})).json()).toMatchObject({
      status: 409,
      code: 'wrong-state',
    });
    const back = await api.send('admin', 'POST', '/devices/smoke-b3-05/put-back', {});
    expect(back.json()).not.toHaveProperty('retired');
    expect((await api.send('admin', 'POST', '/devices/smoke-b3-05/put-back', {})).json()).toMatchObject({
      code: 'wrong-state',
    });
  });

  it('may be what nobody claimed, which then waits for nobody; a gateway only when it carries nobody any more', async () => {
    await using api = await unclaimedApi(newcomer('stray'));
    await api.send('admin', 'POST', '/devices', door);
    expect((await api.send('admin', 'POST', '/devices/z1-stray/retire', {})).statusCode).toBe(200);
    expect((await api.get('admin', '/devices/unclaimed')).json().items).toEqual([]);
    expect((await api.send('admin', 'POST', '/devices/z1/retire', {})).json()).toMatchObject({
      status: 409,
      code: 'still-referenced',
      referrers: ['device front'],
    });
    await api.send('admin', 'POST', '/devices/front/retire', {});
    expect((await api.send('admin', 'POST', '/devices/z1/retire', {})).statusCode).toBe(200);
    await api.send('admin', 'POST', '/devices/z1-stray/put-back', {});
    expect((await api.get('admin', '/devices/unclaimed')).json().items).toHaveLength(1);
  });
});

describe('a community file', () => {
  const importing = (api: Awaited<ReturnType<typeof unclaimedApi>>, payload: string) =>
    api.call('admin', {
      method: 'POST',
      url: '/api/v1/import',
      headers: { 'content-type': 'text/yaml' },
      payload,
    });
  const exported = async (api: Awaited<ReturnType<typeof unclaimedApi>>) =>
    (
      await api.call('admin', {
        method: 'GET',
        url: '/api/v1/export',
        headers: { accept: 'application/yaml' },
      })
    ).body;

  it('has all of it, and changes nothing when it comes back', async () => {
    await using api = await unclaimedApi(newcomer('a'), newcomer('b'));
    await api.send('admin', 'POST', '/devices', door);
    await api.send('admin', 'POST', '/devices/front/replace', { address: 'next', reason: 'broken' });
    await api.send('admin', 'POST', '/devices/front/retire', {});
    const file = await exported(api);
    for (const word of [
      'unclaimed: true',
      'probation-until:',
      'first-heard:',
      'former:',
      'retired:',
      'because:',
    ])
      expect(file).toContain(word);
    expect((await importing(api, file)).json()).toMatchObject({ created: 0, updated: 0, tokens: {} });
    await using other = await unclaimedApi();
    expect((await importing(other, file)).json()).toMatchObject({ created: 3, tokens: {} });
    expect(await exported(other)).toEqual(file);
  });

  it('of before takes no claim back, and what people write of a device keeps what Gridbell knows of it', async () => {
    await using api = await unclaimedApi(newcomer('a'));
    const before = await exported(api);
    await api.send('admin', 'POST', '/devices/z1-a/claim', { place: 'b3-0502', live: true });
    expect((await importing(api, before)).json()).toMatchObject({ updated: 0 });
    expect(api.reader.get('device', 'z1-a')?.body).toMatchObject({
      place: 'b3-0502',
      firstHeard: iso(start),
    });
    await api.send('admin', 'POST', '/devices/z1-a/replace', { address: 'b' });
    const written = 'devices: [ { id: z1-a, kind: door, place: b3, gateway: z1, address: b } ]';
    expect((await importing(api, written)).json()).toMatchObject({ updated: 1 });
    expect(api.reader.get('device', 'z1-a')?.body).toMatchObject({
      place: 'b3',
      firstHeard: iso(start),
      former: [{ address: 'a' }],
    });
    // Naming what a gateway brought claims it, and it is on no probation.
    api.write((writer) =>
      writer.applyChange({ op: 'put', resource: 'device', id: 'z1-c', body: newcomer('c') }, start),
    );
    await importing(api, 'devices: [ { id: z1-c, kind: door, place: b3, gateway: z1, address: c } ]');
    expect(api.reader.get('device', 'z1-c')?.body).toEqual({
      id: 'z1-c',
      kind: 'door',
      place: 'b3',
      gateway: 'z1',
      address: 'c',
      firstHeard: iso(start),
    });
  });

  it('of before brings no broken thing back, whatever else it says of the device', async () => {
    await using api = await unclaimedApi(newcomer('new'));
    const written = (place: string, address: string) =>
      `devices: [ { id: front, kind: door, place: ${place}, gateway: z1, address: ${address} } ]`;
    await importing(api, written('b3', 'old'));
    await api.send('admin', 'POST', '/devices/front/replace', { by: 'z1-new' });
    await importing(api, written('b3-0502', 'old'));
    expect(api.reader.get('device', 'front')?.body).toMatchObject({ place: 'b3-0502', address: 'new' });
    expect((await importing(api, written('b3-0502', 'old'))).json()).toMatchObject({ updated: 0 });
    // Nor a name that its gateway had for it before.
    const renamed = {
      ...api.reader.get('device', 'front')?.body,
      address: 'door 502',
      formerAddresses: ['new'],
    };
    api.write((writer) =>
      writer.applyChange({ op: 'put', resource: 'device', id: 'front', body: renamed as never }, start),
    );
    api.configuration.invalidate();
    expect((await importing(api, written('b3-0502', 'new'))).json()).toMatchObject({ updated: 0 });
    const file = await exported(api);
    expect(file).toContain('former-addresses:');
    expect((await importing(api, file)).json()).toMatchObject({ updated: 0 });
    // A third one is what the file says it is.
    await importing(api, written('b3-0502', 'third'));
    expect(api.reader.get('device', 'front')?.body).toMatchObject({ address: 'third' });
  });
});
