import { describe, expect, it } from 'vitest';
import { hashSecret, newSecret } from '#model/secrets.ts';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

const light = {
  rule: 'corridor-light',
  id: 'm-1',
  category: 'facilities',
  severity: 'minor',
  place: 'b3',
  title: { zh: '{place} 走廊灯', en: 'Corridor light at {place}' },
};
const withCategories = async (): Promise<RunningApi> => {
  const api = await runningApi();
  for (const [id, owner] of [
    ['facilities', 'property-manager'],
    ['elderly-care', 'care-staff'],
  ] as const)
    api.write((writer) =>
      writer.applyChange(
        { op: 'put', resource: 'category', id, body: { id, owner, name: { en: id } } as never },
        api.wall.at,
      ),
    );
  return api;
};
const raise = (api: RunningApi, account: string, body: object = {}) =>
  api.send(account, 'POST', '/alarms', { ...light, ...body });
const clear = (api: RunningApi, account: string, body: object = {}) =>
  api.send(account, 'POST', '/alarms/clear', { rule: light.rule, key: 'b3', id: 'c-1', ...body });

describe('an alarm from outside', () => {
  it('is raised once under an id, stands, is regraded, and is ended', async () => {
    await using api = await withCategories();
    const first = await raise(api, 'p-manager');
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({
      rule: 'corridor-light',
      ruleName: null,
      key: 'b3',
      device: null,
      place: 'b3',
      state: 'active',
      severity: 'minor',
      lifeSafety: false,
      postedBy: 'p-manager',
      title: { zh: '3号楼 走廊灯', en: 'Corridor light at 3号楼' },
    });
    const again = await raise(api, 'p-manager');
    expect([again.statusCode, again.json().id]).toEqual([200, first.json().id]);
    const worse = await raise(api, 'p-manager', { id: 'm-2', severity: 'major' });
    expect([worse.statusCode, worse.json()]).toMatchObject([200, { id: first.json().id, severity: 'major' }]);
    const ended = await clear(api, 'p-manager');
    expect([ended.statusCode, ended.json()]).toMatchObject([200, { id: first.json().id, state: 'cleared' }]);
    const nothing = await clear(api, 'p-manager', { id: 'c-2' });
    expect([nothing.statusCode, nothing.headers['content-type'], nothing.body]).toEqual([
      200,
      'application/json; charset=utf-8',
      'null',
    ]);
    // Long after it ended.
    expect((await raise(api, 'p-manager')).statusCode).toBe(200);
    const list = (await api.get('p-manager', '/alarms?rule=corridor-light')).json();
    expect(list.items).toMatchObject([{ state: 'cleared', id: first.json().id }]);
  });

  it('is of a device where one is named, with its place and its resident', async () => {
    await using api = await withCategories();
    const care = { category: 'elderly-care', place: undefined, device: 'watch-0502' };
    const title = '{resident} 没有按时吃药';
    const pills = await raise(api, 'p-care', {
      ...care,
      title,
      evidence: [
        { property: 'heart-rate', value: 71 },
        { property: 'pill-box-open', value: false },
      ],
    });
    expect(pills.json()).toMatchObject({
      key: 'watch-0502',
      device: 'watch-0502',
      place: 'b3-0502',
      resident: 'r-0502',
      title: { zh: '王奶奶 没有按时吃药' },
      evidence: [{ property: 'heart-rate' }, { property: 'pill-box-open' }],
    });
    const url = `/alarms/${pills.json().id}`;
    // A grid worker does not know who lives there, and a property manager does not see vitals.
    const worker = (await api.get('p-worker', url)).json();
    expect(worker).toMatchObject({ title: { zh: '3号楼 3-502 没有按时吃药' }, evidence: [] });
    expect(JSON.stringify(worker)).not.toContain('王奶奶');
    expect((await api.get('p-manager', url)).json()).toMatchObject({ evidence: [] });
  });

  it('lies in the places of who raises it, and of who asks again', async () => {
    await using api = await withCategories();
    expect((await raise(api, 'p-manager', { place: 'b9' })).statusCode).toBe(403);
    expect((await raise(api, 'p-manager', { place: undefined, device: 'smoke-b9' })).statusCode).toBe(403);
    const far = await raise(api, 'admin', { place: 'b9', key: 'far' });
    expect(far.statusCode).toBe(201);
    expect((await raise(api, 'p-manager', { key: 'far' })).statusCode).toBe(403);
    expect((await raise(api, 'p-manager', { key: 'far', id: 'm-9' })).statusCode).toBe(403);
    expect((await clear(api, 'p-manager', { key: 'far' })).statusCode).toBe(403);
    expect((await clear(api, 'admin', { key: 'far' })).json()).toMatchObject({ state: 'cleared' });
    // What was ended by another is not shown to who may not see it.
    expect((await clear(api, 'p-manager', { key: 'far' })).statusCode).toBe(403);
  });

  it('is a matter of life only when an admin says so', async () => {
    await using api = await withCategories();
    const life = { key: 'life', lifeSafety: true };
    expect((await raise(api, 'p-manager', life)).json()).toMatchObject({ code: 'not-allowed' });
    expect((await raise(api, 'admin', life)).json()).toMatchObject({ lifeSafety: true });
    expect((await clear(api, 'p-manager', { key: 'life' })).statusCode).toBe(403);
  });

  it('says what is wrong with a request', async () => {
    await using api = await withCategories();
    api.write((writer) =>
      writer.applyChange({ op: 'put', resource: 'rule', id: 'smoke-alarm', body: {} }, api.wall.at),
    );
    for (const [body, status, code] of [
      [{ rule: 'smoke-alarm' }, 409, 'already-exists'],
      [{ category: 'none-such' }, 422, 'unknown-reference'],
      [{ place: 'nowhere' }, 422, 'unknown-reference'],
      [{ device: 'nothing', place: undefined }, 422, 'unknown-reference'],
      [{ place: undefined }, 400, 'invalid-input'],
      [{ device: 'smoke-b3-05', place: 'g1' }, 400, 'invalid-input'],
      [{ rule: 'a b' }, 400, 'invalid-input'],
      [{ id: '' }, 400, 'invalid-input'],
      [{ id: 'x'.repeat(129) }, 400, 'invalid-input'],
      [{ key: 'a\nb' }, 400, 'invalid-input'],
      [{ severity: 'high' }, 400, 'invalid-input'],
      [{ title: 'x'.repeat(201) }, 400, 'invalid-input'],
      [{ at: 'yesterday' }, 400, 'invalid-input'],
      [{ evidence: [{ property: 'a', value: {} }] }, 400, 'invalid-input'],
      [{ evidence: Array.from({ length: 21 }, () => ({ property: 'a', value: 1 })) }, 400, 'invalid-input'],
      [{ other: 1 }, 400, 'invalid-input'],
    ] as const) {
      const answer = await raise(api, 'admin', body);
      expect([answer.statusCode, answer.json().code], JSON.stringify(body)).toEqual([status, code]);
    }
    expect((await api.get('admin', '/alarms')).json().items).toEqual([]);
  });

  it('takes any words for a key and a title, in one line', async () => {
    await using api = await withCategories();
    const odd = { rule: '__proto__', key: '__proto__', id: '\ud800 走廊 💡', title: 'one\ntwo\u2028three ' };
    const raised = await raise(api, 'admin', odd);
    expect(raised.json()).toMatchObject({ key: '__proto__', title: { zh: 'one two three' } });
    expect((await raise(api, 'admin', odd)).statusCode).toBe(200);
    expect((await raise(api, 'admin', { key: 'k', title: ' \n ' })).json().title).toBeNull();
  });

  it('is bounded for each token, an admin’s too', async () => {
    await using api = await runningApi({ writesPerMinute: 1 });
    const token = newSecret();
    const body = {
      id: 'flows',
      name: 'flows',
      tokenHash: hashSecret(token),
      role: 'admin' as const,
      places: [],
    };
    api.write((writer) =>
      writer.applyChange({ op: 'put', resource: 'api-token', id: 'flows', body }, api.wall.at),
    );
    const codes: number[] = [];
    for (let n = 0; n < 12; n++) {
      const answer = await api.app.inject({
        method: 'POST',
        url: '/api/v1/alarms',
        headers: { authorization: `Bearer ${token}` },
        payload: { ...light, id: `m-${n}` },
      });
      codes.push(answer.statusCode);
      if (answer.statusCode === 429) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(codes.slice(0, 10)).not.toContain(429);
    expect(codes.slice(10)).toEqual([429, 429]);
  });

  it('comes evenly beyond the first 30 of an account, 300 of an admin; what waits when Gridbell stops is not done', async () => {
    await using api = await withCategories();
    // Its clock stands, so nothing of the allowance comes back: each beyond it waits 100 ms longer than the one before.
    const send = (account: string, count: number, done: () => void = () => undefined) =>
      Array.from({ length: count }, async (_, index) => {
        const answer = await raise(api, account, { id: `${account}-${index}`, key: `${account}-${index}` });
        done();
        return answer.statusCode;
      });
    expect(new Set(await Promise.all(send('admin', 60)))).toEqual(new Set([201]));
    let done = 0;
    const thirty = Promise.withResolvers<void>();
    const all = send('p-manager', 90, () => {
      done += 1;
      if (done === 30) thirty.resolve();
    });
    await thirty.promise;
    await api.app.close();
    const codes = await Promise.all(all);
    const raised = codes.filter((code) => code === 201).length;
    expect(codes.slice(0, 30)).toEqual(Array(30).fill(201));
    // Sixty more would take minutes: the clock that it is measured by stands.
    expect(raised).toBeLessThan(60);
    expect(codes.slice(raised)).toEqual(Array(90 - raised).fill(503));
  });
});
