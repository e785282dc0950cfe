import { describe, expect, it } from 'vitest';
import { GridbellError } from '#model/errors.ts';
import { type RunningApi, runningApi } from '#tests/api/support/running-api.ts';

/** Lets something else happen between what the next change was made from and the change. */
function beforeTheNextChange(api: RunningApi, happen: () => Promise<unknown>): void {
  const { execute } = api.platform;
  api.platform.execute = async (actor, command) => {
    api.platform.execute = execute;
    await happen();
    return execute(actor, command);
  };
}

describe('changes at the same time', () => {
  it('of two fields of one thing both stand', async () => {
    await using api = await runningApi();
    beforeTheNextChange(api, () => api.send('admin', 'PATCH', '/devices/smoke-b9', { name: 'corridor' }));
    const patched = await api.send('admin', 'PATCH', '/devices/smoke-b9', { expectEvery: '12h' });
    expect(patched.json()).toMatchObject({ name: 'corridor', expectEvery: '12h' });
    expect((await api.get('admin', '/devices/smoke-b9')).json()).toMatchObject({
      name: 'corridor',
      expectEvery: '12h',
    });
  });

  it('of role and password of an account both stand', async () => {
    await using api = await runningApi();
    beforeTheNextChange(api, () => api.send('admin', 'PATCH', '/users/p-duty', { role: 'street-duty' }));
    await api.send('admin', 'PATCH', '/users/p-duty', { password: 'new' });
    expect((await api.get('admin', '/users/p-duty')).json()).toMatchObject({
      role: 'street-duty',
      hasPassword: true,
    });
  });

  it.each([
    ['alone', { name: '郭' }],
    ['with an account', { name: '郭', account: { password: 'new' } }],
  ])('do not bring back what was deleted meanwhile: %s', async (_, fields) => {
    await using api = await runningApi();
    beforeTheNextChange(api, () => api.send('admin', 'DELETE', '/people/p-elsewhere'));
    expect((await api.send('admin', 'PATCH', '/people/p-elsewhere', fields)).statusCode).toBe(404);
    expect((await api.get('admin', '/people/p-elsewhere')).statusCode).toBe(404);
    expect((await api.get('admin', '/users/p-elsewhere')).statusCode).toBe(404);
  });

  it('are not taken out of the places of another', async () => {
    await using api = await runningApi();
    beforeTheNextChange(api, () => api.send('admin', 'PATCH', '/devices/smoke-b3-05', { place: 'b9' }));
    const patched = await api.send('p-manager', 'PATCH', '/devices/smoke-b3-05', { name: 'mine' });
    expect(patched.statusCode).toBe(403);
    expect((await api.get('admin', '/devices/smoke-b3-05')).json()).not.toHaveProperty('name');
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
