import { describe, expect, it } from 'vitest';
import { runningApi } from '#tests/api/support/running-api.ts';

const acme = {
  id: 'acme',
  name: { en: 'Acme' },
  messages: [
    {
      topic: 'acme/{sn}',
      address: '{sn}',
      online: { at: '$.st', words: { UP_now: true, down: false } },
      values: [{ property: 'door-open', at: '$.lid', words: { isOpen: true, 'shut-it': false, '1': true } }],
    },
  ],
};

describe('mappings', () => {
  it('are made, changed and deleted by an admin; who looks after equipment reads them', async () => {
    await using api = await runningApi();
    const made = await api.send('admin', 'POST', '/mappings', acme);
    expect(made.statusCode).toBe(201);
    const { text, ...body } = made.json();
    expect(body).toEqual(acme);
    expect(text).toContain('id: acme\n');
    expect((await api.send('admin', 'POST', '/mappings', acme)).json()).toMatchObject({
      code: 'already-exists',
    });
    expect((await api.get('p-manager', '/mappings/acme')).json()).toMatchObject(acme);
    expect((await api.get('p-worker', '/mappings/acme')).statusCode).toBe(403);
    expect((await api.send('p-manager', 'PATCH', '/mappings/acme', { format: 'text' })).statusCode).toBe(403);
    const changed = await api.send('admin', 'PATCH', '/mappings/acme', { format: 'json', name: null });
    expect(changed.json()).toMatchObject({ format: 'json', messages: acme.messages });
    expect(changed.json()).not.toHaveProperty('name');
    expect((await api.send('admin', 'DELETE', '/mappings/acme')).statusCode).toBe(204);
    expect((await api.get('admin', '/mappings/acme')).statusCode).toBe(404);
  });

  it('are refused with all that is wrong, each with its place', async () => {
    await using api = await runningApi();
    const answer = await api.send('admin', 'POST', '/mappings', {
      id: 'acme',
      messages: [
        { topic: 'a/{x', values: [{ property: 'temperature', at: '$..t', unit: 'parsec' }] },
        { topic: 'b', time: { at: '$.t', as: 'noon' }, online: true },
      ],
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid-input' });
    expect(answer.json().issues.map(({ path }: { path: string }) => path)).toEqual([
      'messages[0].topic',
      'messages[0].values[0].at',
      'messages[0].values[0].unit',
      'messages[1].time.as',
    ]);
    expect((await api.send('admin', 'POST', '/mappings', { id: 'acme', messages: [] })).statusCode).toBe(400);
  });

  it('stay as long as a gateway names them', async () => {
    await using api = await runningApi();
    const gateway = {
      id: 'gw-acme',
      kind: 'gateway',
      place: 'b3',
      dialect: 'custom',
      mapping: 'acme',
      topic: 'acme/#',
    };
    await api.send('admin', 'POST', '/mappings', acme);
    expect((await api.send('admin', 'POST', '/devices', gateway)).statusCode).toBe(201);
    const refused = await api.send('admin', 'DELETE', '/mappings/acme');
    expect(refused.json()).toMatchObject({ code: 'still-referenced', referrers: ['device gw-acme'] });
  });

  it('go out with the community file and come in again without a difference, words as they were written', async () => {
    await using api = await runningApi();
    expect((await api.send('admin', 'POST', '/import', { mappings: [acme] })).json()).toMatchObject({
      created: 1,
    });
    const exported = (await api.get('admin', '/export')).json();
    expect(exported.mappings).toEqual([acme]);
    const again = await api.send('admin', 'POST', '/import', exported);
    expect(again.json()).toMatchObject({ created: 0, updated: 0 });
    const broken = {
      mappings: [{ ...acme, messages: [{ topic: 'x', values: [{ property: 'co', at: 'c' }] }] }],
    };
    expect((await api.send('admin', 'POST', '/import', broken)).json()).toMatchObject({
      status: 400,
      issues: [{ path: 'mappings[0].messages[0].values[0].at' }],
    });
  });
});
