import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { GridbellError } from '#model/errors.ts';
import { type RunningApi, runningApi, start } from '#tests/api/support/running-api.ts';

const send = (api: RunningApi, account: string, device: string, body: object) =>
  api.send(account, 'POST', `/devices/${device}/command`, body);

describe('a command to a device', () => {
  it('is taken under the id that was given or made, and shown to those who may know', async () => {
    await using api = await runningApi();
    api.write((writer) => writer.putPresence('smoke-b3-05', true, start, 'connect'));
    const sent = await send(api, 'p-manager', 'smoke-b3-05', {
      command: 'siren',
      args: { 'on-for': 5 },
      id: 'c-1',
    });
    expect(sent.statusCode).toBe(202);
    const stands = {
      id: 'c-1',
      device: 'smoke-b3-05',
      command: 'siren',
      state: 'waiting',
      askedAt: '2026-01-01T04:00:00.000Z',
      expiresAt: '2026-01-01T04:01:00.000Z',
      sentAt: null,
      reply: null,
    };
    expect(sent.json()).toMatchObject({ ...stands, args: { 'on-for': 5 }, sent: true });
    const made = await send(api, 'p-duty', 'smoke-b3-05', { command: 'stop', expiresIn: '7d' });
    expect(made.json().expiresAt).toBe('2026-01-08T04:00:00.000Z');
    const one = await api.get('p-duty', '/devices/smoke-b3-05/commands/c-1');
    expect(one.json()).toMatchObject({ ...stands, args: { 'on-for': 5 } });
    const first = (await api.get('admin', '/devices/smoke-b3-05/commands?limit=1')).json();
    expect(first.items).toMatchObject([{ id: made.json().id }]);
    const rest = (await api.get('admin', `/devices/smoke-b3-05/commands?cursor=${first.next}`)).json();
    expect(rest).toMatchObject({ items: [stands], next: null });
    // Who checks on them sees that it was given, not what it said.
    const audited = (await api.get('p-auditor', '/devices/smoke-b3-05/commands/c-1')).json();
    expect(audited).toMatchObject(stands);
    expect(audited).not.toHaveProperty('args');
  });

  it('says whether the device was connected', async () => {
    await using api = await runningApi();
    expect((await send(api, 'admin', 'watch-0502', { command: 'ring' })).json()).toMatchObject({
      state: 'waiting',
      sent: false,
    });
  });

  it('for a door out of use is not even asked about twice', async () => {
    await using api = await runningApi();
    const door = { id: 'front', kind: 'door', place: 'b3' };
    await api.send('admin', 'POST', '/devices', door);
    await api.send('admin', 'POST', '/devices/front/retire', {});
    const asked = await api.send('admin', 'POST', '/devices/front/command/confirmation', {
      command: 'unlock',
      reason: 'fire',
    });
    expect(asked.statusCode).toBe(409);
    expect(asked.json()).toMatchObject({
      code: 'out-of-use',
      detail: expect.stringContaining('put it back'),
    });
  });

  it('is refused where the device is elsewhere or none, and where the body is not right', async () => {
    await using api = await runningApi();
    expect((await send(api, 'p-manager', 'smoke-b9', { command: 'siren' })).statusCode).toBe(403);
    expect((await api.get('p-manager', '/devices/smoke-b9/commands')).statusCode).toBe(403);
    expect((await send(api, 'admin', 'nothing', { command: 'siren' })).statusCode).toBe(404);
    expect((await api.get('admin', '/devices/nothing/commands')).statusCode).toBe(404);
    expect((await api.get('admin', '/devices/smoke-b3-05/commands/nothing')).statusCode).toBe(404);
    expect((await api.send('admin', 'DELETE', '/devices/smoke-b3-05/commands/no')).statusCode).toBe(404);
    const siren = { command: 'siren' };
    for (const body of [
      {},
      { command: '' },
      { ...siren, id: 'a b' },
      { ...siren, args: 3 },
      { ...siren, expiresIn: '8d' },
      { ...siren, expiresIn: '0s' },
      { ...siren, expiresIn: 'soon' },
    ])
      expect((await send(api, 'admin', 'smoke-b3-05', body)).statusCode, JSON.stringify(body)).toBe(400);
    const nested = `{"command":"siren","args":{"a":${'['.repeat(8_000)}${']'.repeat(8_000)}}}`;
    const deep = await api.call('admin', {
      method: 'POST',
      url: '/api/v1/devices/smoke-b3-05/command',
      headers: { 'content-type': 'application/json' },
      payload: nested,
    });
    expect(deep.json()).toMatchObject({
      code: 'invalid-input',
      detail: expect.stringContaining('nests deeper than 64'),
    });
    const long = await send(api, 'admin', 'smoke-b3-05', { ...siren, args: { text: 'x'.repeat(20_000) } });
    expect(long.json()).toMatchObject({ status: 413, code: 'too-large' });
    expect(api.engine.executed.filter(({ command }) => command.name === 'command-device')).toEqual([]);
  });

  it('is refused while too many wait, and says for how long', async () => {
    await using api = await runningApi();
    api.platform.execute = () =>
      Promise.reject(
        new GridbellError('too-many-requests', 'too many', {
          extra: { waiting: 100, retryAfterSeconds: 42 },
        }),
      );
    const refused = await send(api, 'admin', 'smoke-b3-05', { command: 'siren' });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('42');
    expect(refused.json()).toMatchObject({ code: 'too-many-requests', waiting: 100 });
  });

  it('shows what the device made of it', async () => {
    await using api = await runningApi();
    await send(api, 'admin', 'smoke-b3-05', { command: 'siren', id: 'c-1' });
    api.write(({ deviceCommands }) => {
      const command = deviceCommands.get('smoke-b3-05', 'c-1');
      if (!command) throw new Error('not there');
      const at = epochMs(start + 1_000);
      deviceCommands.change({
        ...command,
        state: 'answered',
        sentAt: at,
        deliveredAt: at,
        answeredAt: at,
        reply: { ok: false, error: 'no power' },
      });
    });
    expect((await api.get('admin', '/devices/smoke-b3-05/commands/c-1')).json()).toMatchObject({
      state: 'answered',
      answeredAt: '2026-01-01T04:00:01.000Z',
      reply: { ok: false, error: 'no power' },
    });
  });
});
