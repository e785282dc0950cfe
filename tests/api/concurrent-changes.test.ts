import { describe, expect, it } from 'vitest';
import { GridbellError } from '#model/errors.ts';
import { runningApi } from '#tests/api/support/running-api.ts';

describe('changes at the same time', () => {
  it('of two fields of one thing both stand', async () => {
    await using api = await runningApi();
    const patched = await Promise.all([
      api.send('admin', 'PATCH', '/devices/smoke-b9', { name: 'corridor' }),
      api.send('admin', 'PATCH', '/devices/smoke-b9', { expectEvery: '12h' }),
    ]);
    expect(patched.map((answer) => answer.statusCode)).toEqual([200, 200]);
    expect((await api.get('admin', '/devices/smoke-b9')).json()).toMatchObject({
      name: 'corridor',
      expectEvery: '12h',
    });
  });

  it('of role and password of an account both stand', async () => {
    await using api = await runningApi();
    await Promise.all([
      api.send('admin', 'PATCH', '/users/p-duty', { password: 'new' }),
      api.send('admin', 'PATCH', '/users/p-duty', { role: 'street-duty' }),
    ]);
    expect((await api.get('admin', '/users/p-duty')).json()).toMatchObject({
      role: 'street-duty',
      hasPassword: true,
    });
  });

  it('do not bring back what was deleted meanwhile', async () => {
    await using api = await runningApi();
    const [patched, deleted] = await Promise.all([
      // Hashing the password takes its time.
      api.send('admin', 'PATCH', '/people/p-elsewhere', { name: '郭', account: { password: 'new' } }),
      api.send('admin', 'DELETE', '/people/p-elsewhere'),
    ]);
    expect([patched.statusCode, deleted.statusCode]).toEqual([404, 204]);
    expect((await api.get('admin', '/people/p-elsewhere')).statusCode).toBe(404);
    expect((await api.get('admin', '/users/p-elsewhere')).statusCode).toBe(404);
  });

  it('are told as stale after three times', async () => {
    await using api = await runningApi();
    let attempts = 0;
    api.platform.execute = async () => {
      attempts++;
      throw new GridbellError('stale-version', 'again');
    };
    const answer = await api.send('admin', 'PATCH', '/places/b3', { name: '三' });
    expect(answer.json()).toMatchObject({ code: 'stale-version', status: 409, retry: true });
    expect(attempts).toBe(3);
  });
});
