import { describe, expect, it } from 'vitest';
import { day, hour, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { start } from '#tests/api/support/running-api.ts';
import { newcomer, sendCsv, unclaimedApi } from '#tests/api/support/unclaimed-api.ts';
import { alarm, reading } from '#tests/store/ops/support/samples.ts';

describe('a label', () => {
  it('that was printed before its device was renamed means it still', async () => {
    await using api = await unclaimedApi(newcomer('a', { address: 'hall 2', formerAddresses: ['a', '0x1'] }));
    const at = 'gateway=z1&address=0x1';
    expect((await api.get('p-manager', `/devices/unclaimed?${at}`)).json().items).toMatchObject([
      { id: 'z1-a', address: 'hall 2' },
    ]);
    const claims = [{ gateway: 'z1', address: '0x1', place: 'b3-0502' }];
    const claimed = await api.send('p-manager', 'POST', '/devices/claims', { claims });
    expect(claimed.json()).toMatchObject({ claimed: 1, added: 0, items: [{ id: 'z1-a' }] });
    expect((await api.get('p-manager', `/devices?${at}`)).json().items).toMatchObject([
      { id: 'z1-a', address: 'hall 2', place: 'b3-0502' },
    ]);
    // Who bears the name now is meant before who bore it.
    api.write((writer) =>
      writer.applyChange(
        { op: 'put', resource: 'device', id: 'z1-b', body: newcomer('b', { address: '0x1' }) },
        start,
      ),
    );
    api.configuration.invalidate();
    expect((await api.get('p-manager', `/devices?${at}`)).json().items).toMatchObject([{ id: 'z1-b' }]);
  });
});

describe('the end of a trial', () => {
  it('comes when somebody says so, once it is claimed', async () => {
    await using api = await unclaimedApi(newcomer('a'), newcomer('b'));
    const live = async (id: string, account = 'p-manager', body: object = {}) =>
      await api.send(account, 'POST', `/devices/${id}/go-live`, body);
    expect((await live('z1-a')).json()).toMatchObject({
      status: 409,
      code: 'wrong-state',
      detail: expect.stringContaining('claim it as live'),
    });
    await api.send('p-manager', 'POST', '/devices/z1-a/claim', { place: 'b3-0502' });
    const before = api.reader.get('device', 'z1-a');
    expect(before?.body).toHaveProperty('probationUntil');
    expect((await live('z1-a', 'p-manager', { version: 99 })).json()).toMatchObject({
      code: 'stale-version',
    });
    const after = await live('z1-a', 'p-manager', { reason: '试过了' });
    expect(after.statusCode).toBe(200);
    expect(after.json()).not.toHaveProperty('probationUntil');
    expect(api.reader.get('device', 'z1-a')?.body).not.toHaveProperty('probationUntil');
    expect(JSON.stringify(api.engine.executed.at(-1))).toContain('take device z1-a live: 试过了');
    expect((await live('z1-a')).json()).toMatchObject({
      code: 'wrong-state',
      detail: expect.stringContaining('on no probation'),
    });
    expect((await live('smoke-b9')).statusCode).toBe(403);
    await api.send('p-manager', 'POST', '/devices/z1-b/claim', { place: 'b3-0502' });
    api.platform.at = plus(start, 25 * hour);
    expect((await live('z1-b')).json()).toMatchObject({ code: 'wrong-state' });
  });
});

describe('what nobody has claimed', () => {
  it('is listed with what it said, a guess, and how often it spoke, for whoever may look there', async () => {
    await using api = await unclaimedApi(
      newcomer('front'),
      newcomer('watch', {
        kind: 'wearable',
        guess: { from: 'properties', because: ['heart-rate', 'steps'] },
      }),
      newcomer('old', { retired: iso(start) }),
    );
    const device = 'z1-watch' as never;
    const at = plus(start, 5_000);
    api.platform.messagesOf.set('z1-watch', 7);
    api.write((writer) => {
      writer.putLatest([
        reading({ device, property: 'heart-rate', value: 72, at, receivedAt: at }),
        reading({ device, property: 'steps', value: 900, at: start, receivedAt: start }),
        reading({ device, property: 'invented', value: 1, at: start, receivedAt: start }),
      ]);
      writer.putAlarm({ ...alarm('a-1', { device, place: 'b3' as never }), held: 'unclaimed' });
    });
    const list = async (account: string, query = '') =>
      (await api.get(account, `/devices/unclaimed${query}`)).json();
    const { items, next } = await list('p-care');
    expect(next).toBeNull();
    expect(items.map(({ id }: { id: string }) => id)).toEqual(['z1-front', 'z1-watch']);
    expect(items[1]).toEqual({
      id: 'z1-watch',
      version: 1,
      name: 'watch',
      kind: 'wearable',
      guess: { from: 'properties', because: ['heart-rate', 'steps'] },
      model: null,
      gateway: 'z1',
      address: 'watch',
      place: 'b3',
      firstHeard: iso(start),
      lastHeard: iso(at),
      probationUntil: iso(plus(start, day)),
      messages: 7,
      latest: {
        'heart-rate': { value: 72, at: iso(at), unit: '/min' },
        steps: { value: 900, at: iso(start), unit: '1' },
        invented: { value: 1, at: iso(start), unit: null },
      },
      held: 1,
    });
    // Vitals, and what nobody defined, are not for who manages property: neither the values nor their times.
    const [seen] = (await list('p-manager', '?kind=wearable')).items;
    expect(Object.keys(seen.latest)).not.toContain('heart-rate');
    expect(Object.keys(seen.latest)).not.toContain('invented');
    expect(seen.guess.because).not.toContain('heart-rate');
    expect(seen.lastHeard).not.toBe(iso(at));
    expect((await list('p-elsewhere')).items).toEqual([]);
    expect((await list('admin', '?address=front')).items).toHaveLength(1);
    expect((await list('admin', '?q=FRO')).items).toHaveLength(1);
    expect((await list('admin', '?place=b9')).items).toEqual([]);
    expect((await list('admin', '?limit=1')).next).toBe('z1-front');
  });

  it('cannot be changed otherwise, nor called unclaimed by hand', async () => {
    await using api = await unclaimedApi(newcomer('front'));
    const patched = await api.send('admin', 'PATCH', '/devices/z1-front', { place: 'g1' });
    expect(patched.json()).toMatchObject({ status: 409, code: 'wrong-state' });
    for (const field of [
      { unclaimed: true },
      { probationUntil: iso(start) },
      { retired: iso(start) },
      { former: [] },
    ]) {
      const made = await api.send('admin', 'POST', '/devices', {
        id: 'd-1',
        kind: 'door',
        place: 'b3',
        ...field,
      });
      expect(made.statusCode).toBe(400);
      expect((await api.send('admin', 'PATCH', '/devices/smoke-b3-05', field)).statusCode).toBe(400);
    }
  });
});

describe('a claim', () => {
  it('says where a device is, and leaves it on probation for the rest of its first day', async () => {
    await using api = await unclaimedApi(newcomer('front'), newcomer('late'), newcomer('back'));
    api.platform.at = plus(start, hour);
    const claimed = await api.send('p-manager', 'POST', '/devices/z1-front/claim', {
      place: 'b3-0502',
      name: { zh: '入户门' },
      resident: 'r-0502',
      tags: ['new'],
    });
    expect(claimed.statusCode).toBe(200);
    const stored = api.reader.get('device', 'z1-front')?.body;
    expect(stored).toEqual({
      id: 'z1-front',
      kind: 'door',
      name: { zh: '入户门' },
      place: 'b3-0502',
      resident: 'r-0502',
      tags: ['new'],
      gateway: 'z1',
      address: 'front',
      firstHeard: iso(start),
      probationUntil: iso(plus(start, day)),
    });
    await api.send('admin', 'POST', '/devices/z1-back/claim', { place: 'b3', live: true });
    expect(api.reader.get('device', 'z1-back')?.body).not.toHaveProperty('probationUntil');
    api.platform.at = plus(start, day);
    await api.send('admin', 'POST', '/devices/z1-late/claim', { place: 'b3' });
    expect(api.reader.get('device', 'z1-late')?.body).not.toHaveProperty('probationUntil');
    expect((await api.get('admin', '/devices/unclaimed')).json().items).toEqual([]);
  });

  it('that comes second is told what stands; so is one of two at once', async () => {
    await using api = await unclaimedApi(newcomer('front'), newcomer('back'));
    const [one, other] = await Promise.all([
      api.send('admin', 'POST', '/devices/z1-front/claim', { place: 'b3' }),
      api.send('p-manager', 'POST', '/devices/z1-front/claim', { place: 'b3-0502' }),
    ]);
    const [won, lost] = one.statusCode === 200 ? [one, other] : [other, one];
    expect(won.statusCode).toBe(200);
    expect(lost.json()).toMatchObject({
      status: 409,
      code: 'already-exists',
      standing: { id: 'z1-front', place: won.json().place },
    });
    const stale = await api.send('admin', 'POST', '/devices/z1-back/claim', { place: 'b3', version: 9 });
    expect(stale.json()).toMatchObject({ status: 409, code: 'stale-version', version: 1 });
    expect(
      (await api.send('admin', 'POST', '/devices/z1-back/claim', { place: 'b3', version: 1 })).statusCode,
    ).toBe(200);
  });

  it('is refused where something is wrong, with the reason', async () => {
    await using api = await unclaimedApi(
      newcomer('front'),
      newcomer('odd', { kind: 'unknown' }),
      newcomer('gone', { retired: iso(start) }),
    );
    const claim = async (id: string, body: object, account = 'admin') =>
      (await api.send(account, 'POST', `/devices/${id}/claim`, body)).json();
    expect(await claim('nothing', { place: 'b3' })).toMatchObject({ status: 404 });
    expect(await claim('smoke-b3-05', { place: 'b3' })).toMatchObject({
      status: 409,
      code: 'already-exists',
    });
    expect(await claim('z1-gone', { place: 'b3' })).toMatchObject({ status: 409, code: 'wrong-state' });
    expect(await claim('z1-front', { place: 'moon' })).toMatchObject({
      status: 422,
      code: 'unknown-reference',
    });
    expect(await claim('z1-front', { place: 'b3', resident: 'nobody' })).toMatchObject({ status: 422 });
    expect(await claim('z1-front', {})).toMatchObject({ status: 400 });
    expect(await claim('z1-odd', { place: 'b3' })).toMatchObject({
      status: 400,
      detail: expect.stringContaining('name its kind'),
    });
    expect(await claim('z1-front', { place: 'b9' }, 'p-manager')).toMatchObject({ status: 403 });
    expect(await claim('z1-front', { place: 'b3', resident: 'r-far' }, 'p-manager')).toMatchObject({
      status: 403,
    });
    expect(await claim('z1-front', { place: 'b3' }, 'p-leader')).toMatchObject({ status: 403 });
    expect(api.reader.get('device', 'z1-front')?.version).toBe(1);
  });

  it('of a device that is deleted meanwhile brings it back no more', async () => {
    await using api = await unclaimedApi(newcomer('front'));
    api.write((writer) => writer.applyChange({ op: 'delete', resource: 'device', id: 'z1-front' }, start));
    // The API has not heard of it yet.
    const answer = await api.send('admin', 'POST', '/devices/z1-front/claim', { place: 'b3' });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not-found' });
    expect(api.reader.get('device', 'z1-front')).toBeUndefined();
  });
});

describe('many claims', () => {
  const csv = `\uFEFFid,gateway,address,place,kind,name,tags,live\r\n
z1-front,,,b3-0502,,"前门, ""大"" 门",new door,yes\r\n
,z1,back,b3,water-leak,,,\r\n
,z1,not heard,b3,smoke-detector,灶间,,\r\n`;

  it('come as CSV of any spreadsheet: with a mark at its beginning, quotes, empty lines and columns by name', async () => {
    await using api = await unclaimedApi(newcomer('front'), newcomer('back'));
    const planned = await sendCsv(api, 'admin', csv, '?dryRun=true');
    expect(planned.json()).toMatchObject({ dryRun: true, claimed: 2, added: 1 });
    expect(api.reader.get('device', 'z1-front')?.version).toBe(1);
    const answer = await sendCsv(api, 'admin', csv);
    expect(answer.json()).toEqual({
      dryRun: false,
      claimed: 2,
      added: 1,
      items: [
        { where: 'line 3', id: 'z1-front', place: 'b3-0502', kind: 'door', isNew: false },
        { where: 'line 5', id: 'z1-back', place: 'b3', kind: 'water-leak', isNew: false },
        {
          where: 'line 7',
          id: expect.stringMatching(/^z1-not-heard-\w{8}$/),
          place: 'b3',
          kind: 'smoke-detector',
          isNew: true,
        },
      ],
    });
    const front = api.reader.get('device', 'z1-front')?.body;
    expect(front).toMatchObject({ name: '前门, "大" 门', tags: ['new', 'door'] });
    expect(front).not.toHaveProperty('probationUntil');
    expect(api.reader.get('device', 'z1-back')?.body).toHaveProperty('probationUntil');
    // What was announced is there when it speaks, and a second time tells what stands.
    expect(api.reader.get('device', answer.json().items[2].id)?.body).toMatchObject({
      gateway: 'z1',
      address: 'not heard',
    });
    const again = await sendCsv(api, 'admin', csv);
    expect(again.json()).toMatchObject({ status: 409, code: 'already-exists' });
    expect(again.json().issues).toHaveLength(3);
  });

  it('are all made or none: each line that is wrong is named', async () => {
    await using api = await unclaimedApi(newcomer('front'), newcomer('back'));
    const wrong = await sendCsv(
      api,
      'p-manager',
      'id,place,kind,live\nz1-front,b3,door,maybe\nz1-back,b3,Door!,\n,b3,,\nz1-back\n',
    );
    expect(wrong.statusCode).toBe(400);
    expect(wrong.json().issues).toEqual([
      { path: 'line 2, live', message: expect.any(String), reason: 'wrong-value' },
      { path: 'line 3, kind', message: expect.any(String), reason: 'wrong-value' },
      { path: 'line 5', message: 'has 1 fields, the first line 4', reason: 'fields' },
    ]);
    const unfit = await sendCsv(
      api,
      'p-manager',
      '设备,位置\nz1-front,b3\nz1-front,b3\nz1-back,moon\nsmoke-b3-05,b3\nnobody,b3\nsmoke-b9,b3\n',
    );
    expect(unfit.statusCode).toBe(400);
    expect(
      unfit
        .json()
        .issues.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`),
    ).toEqual([
      'line 3: z1-front is in line 2, too',
      'line 4, place: there is no place moon',
      'line 5: smoke-b3-05 is a device already, at b3',
      'line 6: there is no device nobody',
      'line 7: lies outside of the places that are yours',
    ]);
    expect(api.reader.get('device', 'z1-front')?.version).toBe(1);
  });

  it('in the encoding of an old spreadsheet, or of columns that nobody knows, are refused in words', async () => {
    await using api = await unclaimedApi(newcomer('front'));
    const gbk = Buffer.concat([
      Buffer.from('id,place,name\nz1-front,b3,'),
      Buffer.from([0xc7, 0xb0, 0xc3, 0xc5]),
    ]);
    expect((await sendCsv(api, 'admin', gbk)).json()).toMatchObject({
      status: 400,
      detail: expect.stringContaining('CSV UTF-8'),
    });
    expect((await sendCsv(api, 'admin', 'id,plaza\nz1-front,b3\n')).json()).toMatchObject({
      status: 400,
      issues: [
        { path: 'line 1', message: expect.stringContaining('"plaza" is no column; there are id, gateway') },
      ],
    });
    for (const [text, message] of [
      ['', 'names of columns are missing'],
      ['id,place\n', 'there is no line with a device'],
      ['id,id,place\nz1-front,z1-front,b3\n', 'id is there twice'],
      ['id,place\n"z1-front,b3\n', 'This is no CSV'],
      ['__proto__,place\nx,b3\n', '"__proto__" is no column'],
    ] as const)
      expect((await sendCsv(api, 'admin', text)).json(), text).toMatchObject({
        status: 400,
        detail: expect.stringContaining(message),
      });
  });

  it('come as JSON, too', async () => {
    await using api = await unclaimedApi(newcomer('front'), newcomer('back'));
    const send = (claims: unknown) => api.send('admin', 'POST', '/devices/claims', { claims });
    expect((await send([{ place: 'b3' }])).json()).toMatchObject({
      status: 400,
      detail: expect.stringContaining('names no device'),
    });
    expect((await send([])).statusCode).toBe(400);
    expect((await send([{ id: 'z1-front', place: 'b3', unclaimed: true }])).statusCode).toBe(400);
    expect(
      (await send([{ gateway: 'smoke-b3-05', address: 'x', place: 'b3', kind: 'door' }])).json(),
    ).toMatchObject({ code: 'unknown-reference' });
    const answer = await send([
      { id: 'z1-front', place: 'b3' },
      { gateway: 'z1', address: 'back', place: 'b3', live: true },
      { id: 'kitchen', gateway: 'z1', address: 'new', place: 'b3', kind: 'smoke-detector' },
    ]);
    expect(answer.json()).toMatchObject({ claimed: 2, added: 1 });
    expect(api.reader.get('device', 'kitchen')?.body).toEqual({
      id: 'kitchen',
      kind: 'smoke-detector',
      place: 'b3',
      gateway: 'z1',
      address: 'new',
    });
  });
});
