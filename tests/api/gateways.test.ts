import { describe, expect, it } from 'vitest';
import { iso } from '#model/clock.ts';
import { start } from '#tests/api/support/running-api.ts';
import { newcomer, unclaimedApi } from '#tests/api/support/unclaimed-api.ts';
import { quarantined, reading } from '#tests/store/ops/support/samples.ts';

describe('gateways', () => {
  it('are listed with what they carry, what waits in quarantine, and when they told anything', async () => {
    await using api = await unclaimedApi(
      newcomer('a'),
      newcomer('b', { retired: iso(start) }),
      newcomer('c', { unclaimed: undefined } as never),
    );
    api.write((writer) => {
      writer.putLatest([reading({ device: 'z1-c' as never, at: start, receivedAt: start })]);
      writer.putQuarantined(quarantined({ device: 'z1' as never }));
    });
    const { items } = (await api.get('p-leader', '/gateways')).json();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      id: 'z1',
      dialect: 'zigbee2mqtt',
      isRead: true,
      carried: { claimed: 1, unclaimed: 1, retired: 1 },
      quarantined: 1,
      lastCarried: iso(start),
    });
    expect((await api.get('p-leader', '/gateways/z1')).json()).toEqual(items[0]);
    expect((await api.get('p-leader', '/gateways/smoke-b3-05')).statusCode).toBe(404);
    expect((await api.get('p-elsewhere', '/gateways')).json().items).toEqual([]);
  });

  it('are made with a token that is shown once, changed, and deleted with what nobody has claimed', async () => {
    await using api = await unclaimedApi(newcomer('a'));
    const body = { id: 'lora-1', dialect: 'chirpstack', topic: 'application/#', place: 'b3' };
    const made = await api.send('p-manager', 'POST', '/gateways', body);
    expect(made.json()).toMatchObject({
      ...body,
      kind: 'gateway',
      token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect((await api.get('admin', '/gateways/lora-1')).json()).not.toHaveProperty('token');
    const second = await api.send('p-manager', 'POST', '/gateways', body);
    expect(second.json()).toMatchObject({ status: 409, code: 'already-exists', standing: { id: 'lora-1' } });
    const patched = await api.send('p-manager', 'PATCH', '/gateways/lora-1', {
      topic: 'application/7/#',
      name: '楼顶',
    });
    expect(patched.json()).toMatchObject({ topic: 'application/7/#', name: '楼顶', kind: 'gateway' });
    expect((await api.send('admin', 'PATCH', '/gateways/smoke-b3-05', { name: 'x' })).statusCode).toBe(404);
    expect((await api.send('admin', 'DELETE', '/gateways/smoke-b3-05')).statusCode).toBe(404);
    expect((await api.send('admin', 'POST', '/gateways', { ...body, id: 'smoke-b3-05' })).statusCode).toBe(
      409,
    );
    // What it brought is no reason to keep it; what somebody claimed is.
    expect((await api.send('admin', 'POST', '/devices/z1-a/claim', { place: 'b3' })).statusCode).toBe(200);
    expect((await api.send('admin', 'DELETE', '/gateways/z1')).json()).toMatchObject({
      code: 'still-referenced',
    });
    expect((await api.send('admin', 'DELETE', '/gateways/lora-1')).statusCode).toBe(204);
  });

  it('have a filter that is none of ours', async () => {
    await using api = await unclaimedApi();
    const topics = ['gridbell/#', 'gridbell', '$SYS/#', 'a/#/b', 'a+/b', ''];
    for (const topic of topics) {
      const made = await api.send('admin', 'POST', '/gateways', {
        id: 'g-x',
        dialect: 'custom',
        topic,
        place: 'b3',
      });
      expect(made.statusCode, topic).toBe(400);
      expect(
        (await api.send('admin', 'POST', '/gateways/check-topic', { topic })).json(),
        topic,
      ).toMatchObject({ ok: false });
    }
    const checked = await api.send('admin', 'POST', '/gateways/check-topic', {
      topic: '#',
      dialect: 'frigate',
    });
    expect(checked.json()).toEqual({
      ok: true,
      problem: null,
      notes: [
        'the usual one of this dialect is frigate/#',
        'it takes all that the gateway says outside of gridbell/',
      ],
      usual: 'frigate/#',
    });
    expect(
      (await api.send('admin', 'POST', '/gateways', { id: 'g-x', dialect: 'morse', place: 'b3' })).statusCode,
    ).toBe(400);
    const { items } = (await api.get('p-worker', '/dialects')).json();
    expect(items).toContainEqual({
      id: 'zigbee2mqtt',
      usual: 'zigbee2mqtt/#',
      isRead: true,
      commands: ['siren', 'mute', 'on', 'off', 'lock', 'unlock'],
    });
    // What a codec takes only its maker says.
    expect(items.find(({ id }: { id: string }) => id === 'chirpstack').commands).toEqual([]);
    expect(items).toHaveLength(16);
  });
});
