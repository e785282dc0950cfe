import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Peer } from '#app/threads/peer.ts';
import { GridbellError } from '#model/errors.ts';

type Adder = { add: (pair: readonly [number, number]) => number; refuse: (input: null) => never };

function pair() {
  const { port1, port2 } = new MessageChannel();
  new Peer<Record<string, never>>(port2, {
    add: ([a, b]: readonly [number, number]) => a + b,
    refuse: () => {
      throw new GridbellError('wrong-state', 'not now', { extra: { state: 'closed' } });
    },
    fail: () => {
      throw new TypeError('oops');
    },
  });
  return {
    peer: new Peer<Adder & { fail: (input: null) => never; nobody: (input: null) => never }>(port1, {}),
    port1,
    port2,
  };
}

describe('two threads', () => {
  it('call each other and get the answer to their own question', async () => {
    const { peer, port1 } = pair();
    expect(await Promise.all([peer.call('add', [1, 2]), peer.call('add', [3, 4])])).toEqual([3, 7]);
    port1.close();
  });

  it('get refusals with code and extra, and faults as internal', async () => {
    const { peer, port1 } = pair();
    await expect(peer.call('refuse', null)).rejects.toMatchObject({
      code: 'wrong-state',
      extra: { state: 'closed' },
    });
    await expect(peer.call('fail', null)).rejects.toMatchObject({ code: 'internal', message: 'oops' });
    await expect(peer.call('nobody', null)).rejects.toMatchObject({ code: 'internal' });
    port1.close();
  });

  it('learn at once when the other side has ended', async () => {
    const { peer, port2 } = pair();
    const answer = peer.call('add', [1, 2]);
    port2.close();
    await expect(answer).rejects.toMatchObject({ code: 'not-ready' });
    await expect(peer.call('add', [1, 2])).rejects.toMatchObject({ code: 'not-ready' });
  });
});
