import { describe, expect, it } from 'vitest';
import { runningApi } from '#tests/api/support/running-api.ts';

const noise = { id: 'noise', owner: 'volunteer', fallback: ['grid-leader'], limits: { accept: '2wh' } };

describe('categories', () => {
  it('are made, changed and deleted by an admin, and read by everybody', async () => {
    await using api = await runningApi();
    const made = await api.send('admin', 'POST', '/categories', noise);
    expect({ status: made.statusCode, body: made.json() }).toEqual({ status: 201, body: noise });
    const again = await api.send('admin', 'POST', '/categories', noise);
    expect(again.json()).toMatchObject({ status: 409, code: 'already-exists', standing: noise });
    expect((await api.get('p-volunteer', '/categories/noise')).json()).toEqual(noise);
    const changed = await api.send('admin', 'PATCH', '/categories/noise', { limits: { handle: '1wd' } });
    expect(changed.json().limits).toEqual({ accept: '2wh', handle: '1wd' });
    expect((await api.send('p-manager', 'DELETE', '/categories/noise')).statusCode).toBe(403);
    expect((await api.send('admin', 'DELETE', '/categories/noise')).statusCode).toBe(204);
    expect((await api.get('admin', '/categories/noise')).statusCode).toBe(404);
  });

  it('give no work to an auditor', async () => {
    await using api = await runningApi();
    const answer = await api.send('admin', 'POST', '/categories', { ...noise, fallback: ['auditor'] });
    expect(answer.json()).toMatchObject({ status: 422, issues: [{ path: 'fallback' }] });
  });

  it('go out with the community file and come in again without a difference', async () => {
    await using api = await runningApi();
    const file = {
      categories: [{ id: 'noise', owner: 'grid-leader', 'self-verify': true, 'auto-close': '30m' }],
    };
    expect((await api.send('admin', 'POST', '/import', file)).json()).toMatchObject({ created: 1 });
    expect((await api.get('admin', '/categories/noise')).json()).toMatchObject({ selfVerify: true });
    const exported = (await api.get('admin', '/export')).json();
    expect(exported.categories).toEqual(file.categories);
    const again = await api.send('admin', 'POST', '/import', exported);
    expect(again.json()).toMatchObject({ created: 0, updated: 0 });
  });
});
