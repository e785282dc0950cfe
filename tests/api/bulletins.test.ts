import { describe, expect, it } from 'vitest';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

const tell = (api: RunningApi, account: string, body: object = {}) =>
  api.send(account, 'POST', '/bulletins', {
    id: 'b-1',
    to: { role: 'grid-worker', place: 'b3' },
    text: { zh: '今晚停水', en: 'No water tonight' },
    ...body,
  });
const announced = (api: RunningApi) =>
  api.engine.executed.flatMap(({ command }) => (command.name === 'announce' ? [command.bulletins] : []));

describe('a message to people', () => {
  it('goes to those of a role who work at the place, once for its id', async () => {
    await using api = await runningApi();
    const first = await tell(api, 'p-manager');
    expect([first.statusCode, first.json()]).toEqual([201, { told: 1 }]);
    expect(announced(api)).toEqual([
      [
        {
          id: expect.stringMatching(/^told:[A-Za-z0-9_-]{27}$/),
          person: 'p-worker',
          severity: 'minor',
          text: { title: { zh: '通知', en: 'Message' }, body: { zh: '今晚停水', en: 'No water tonight' } },
        },
      ],
    ]);
    const again = await tell(api, 'p-manager', { to: { person: 'p-leader' } });
    expect([again.statusCode, again.json()]).toEqual([200, { told: 0 }]);
    expect((await tell(api, 'admin', { id: 'b-2', to: { person: 'p-elsewhere' } })).json()).toEqual({
      told: 1,
    });
  });

  it('goes to the people of the caller’s places alone', async () => {
    await using api = await runningApi();
    expect((await tell(api, 'p-manager', { to: { role: 'grid-worker', place: 'b9' } })).statusCode).toBe(403);
    expect((await tell(api, 'p-manager', { to: { person: 'p-elsewhere' } })).statusCode).toBe(403);
    expect((await tell(api, 'p-manager', { to: { person: 'nobody' } })).statusCode).toBe(403);
    expect((await tell(api, 'p-worker')).statusCode).toBe(403);
    expect(announced(api)).toEqual([]);
  });

  it('is refused where it is for nobody, or says nothing', async () => {
    await using api = await runningApi();
    for (const [body, status] of [
      [{ to: { person: 'nobody' } }, 422],
      [{ to: { role: 'grid-worker', place: 'nowhere' } }, 422],
      [{ to: { role: 'grid-worker' } }, 400],
      [{ to: { person: 'p-worker', place: 'b3' } }, 400],
      [{ to: { role: 'king', place: 'b3' } }, 400],
      [{ text: ' \n ' }, 400],
      [{ text: {} }, 400],
      [{ text: 'x'.repeat(501) }, 400],
      [{ title: 'x'.repeat(101) }, 400],
      [{ id: 'a\nb' }, 400],
    ] as const)
      expect((await tell(api, 'admin', body)).statusCode, JSON.stringify(body)).toBe(status);
    expect(announced(api)).toEqual([]);
  });

  it('has a title of one line, and no control characters', async () => {
    await using api = await runningApi();
    await tell(api, 'admin', { title: 'one\r\ntwo\u0007', text: 'a\r\nb\u2028c\u0000d \ud800' });
    expect(announced(api)[0]?.[0]?.text).toEqual({
      title: { zh: 'one two', en: 'one two' },
      body: { zh: 'a\nb\nc d \ufffd', en: 'a\nb\nc d \ufffd' },
    });
  });

  it('is bounded in number for each who sends, and the bound wears off', async () => {
    await using api = await runningApi();
    const send = (n: number) => tell(api, 'p-manager', { id: `b-${n}` });
    for (let n = 0; n < 30; n++) expect((await send(n)).statusCode).toBe(201);
    const refused = await send(30);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '2']);
    expect((await tell(api, 'p-leader', { id: 'other' })).statusCode).toBe(201);
    api.wall.at = (start + 2_000) as typeof start;
    expect((await send(30)).statusCode).toBe(201);
  });
});
