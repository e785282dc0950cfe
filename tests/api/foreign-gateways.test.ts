import { describe, expect, it } from 'vitest';
import type { RunningApi } from '#tests/api/support/running-api.ts';
import { newcomer, unclaimedApi } from '#tests/api/support/unclaimed-api.ts';

/** The gateway z1 stands in building 3; this one looks after building 9 alone. */
async function withNeighbour(...addresses: readonly string[]): Promise<RunningApi> {
  const api = await unclaimedApi(...addresses.map((address) => newcomer(address)));
  const neighbour = {
    id: 'p-far',
    role: 'property-manager',
    places: ['b9'],
    account: { password: 'pw-far-1' },
  };
  expect((await api.send('admin', 'POST', '/people', neighbour)).statusCode).toBe(201);
  return api;
}

const notAllowed = { status: 403, code: 'not-allowed' };

describe('what a gateway of others carries', () => {
  it('is nobody else’s to take by its address, by a new device or by one of their own', async () => {
    await using api = await withNeighbour('front');
    const taken = { id: 'mine', kind: 'door', place: 'b9', gateway: 'z1', address: 'front' };
    expect((await api.send('p-far', 'POST', '/devices', taken)).json()).toMatchObject(notAllowed);
    expect(
      (await api.send('p-far', 'POST', '/devices', { ...taken, address: 'unheard' })).json(),
    ).toMatchObject(notAllowed);
    const patched = await api.send('p-far', 'PATCH', '/devices/smoke-b9', {
      gateway: 'z1',
      address: 'front',
    });
    expect(patched.json()).toMatchObject(notAllowed);
    expect(api.reader.get('device', 'z1-front')?.body).toMatchObject({ unclaimed: true, place: 'b3' });
    // Whom an admin gave something there changes nothing of where it speaks.
    const given = { ...taken, id: 'given', address: 'given' };
    expect((await api.send('admin', 'POST', '/devices', given)).statusCode).toBe(201);
    expect((await api.send('p-far', 'PATCH', '/devices/given', { name: '门' })).statusCode).toBe(200);
    expect((await api.send('p-far', 'PATCH', '/devices/given', { address: 'front' })).json()).toMatchObject(
      notAllowed,
    );
    expect(
      (await api.send('p-manager', 'POST', '/devices', { ...taken, id: 'ours', place: 'b3' })).statusCode,
    ).toBe(201);
  });

  it('is not told to others by a refusal', async () => {
    await using api = await withNeighbour('front');
    const named = { place: 'b3-0502', name: '王奶奶家', resident: 'r-0502' };
    expect((await api.send('p-manager', 'POST', '/devices/z1-front/claim', named)).statusCode).toBe(200);
    const answers = [
      await api.send('p-far', 'POST', '/devices/z1-front/claim', { place: 'b9' }),
      await api.send('p-far', 'POST', '/devices/claims', { claims: [{ id: 'z1-front', place: 'b9' }] }),
      await api.send('p-far', 'POST', '/devices', {
        id: 'mine',
        kind: 'door',
        place: 'b9',
        gateway: 'z1',
        address: 'front',
      }),
      await api.send('p-far', 'PATCH', '/devices/smoke-b9', { gateway: 'z1', address: 'front' }),
      await api.send('p-far', 'POST', '/devices/smoke-b9/replace', { gateway: 'z1', address: 'front' }),
      await api.send('p-far', 'POST', '/devices/smoke-b9/replace', { by: 'z1-front' }),
    ];
    for (const answer of answers) {
      expect(answer.json(), answer.payload).toMatchObject(notAllowed);
      expect(answer.payload).not.toMatch(/王奶奶|r-0502|b3-0502/);
    }
  });
});
