import { describe, expect, it } from 'vitest';
import type { Answer, Channel, Dispatch } from '#notify/channel.ts';
import { now, type TestTools, testTools } from '#tests/notify/channels/support/channel-tools.ts';
import {
  answering,
  type Behaviour,
  type HttpReceiver,
  startHttpReceiver,
} from '#tests/notify/channels/support/http-receiver.ts';
import { sampleDispatch } from '#tests/notify/channels/support/sample-dispatch.ts';

/** What is different from channel to channel for those that speak HTTP. */
export interface ChannelUnderTest {
  readonly name: string;
  /** A channel whose receiver is at `url`. */
  open(url: string, tools: TestTools): Channel;
  dispatch?(url: string): Dispatch;
  /** How the receiver says that it took a message. */
  readonly taken: Behaviour;
  /** Whether it takes any answer of 2xx for a yes, whatever stands in it. */
  readonly believesStatus: boolean;
  readonly secrets: readonly string[];
}

/** What every channel that speaks HTTP does, whatever its receiver does (notify/channel.ts). */
export function channelContract(under: ChannelUnderTest): void {
  describe(`${under.name}, as every channel`, () => {
    it('says that a message was sent when the receiver took it', async () => {
      await using receiver = await startHttpReceiver(under.taken);
      expect(await trial(under, receiver)).toMatchObject({ outcome: 'sent' });
      expect(receiver.received).toHaveLength(1);
    });

    it.each([
      ['in seconds', '30', 30_000],
      ['as a date', new Date(now + 90_000).toUTCString(), 90_000],
    ])(
      'tries again as late as a receiver asks that has too much to do (429, Retry-After %s)',
      async (_, value, afterMs) => {
        await using receiver = await startHttpReceiver(answering(429, '', { 'retry-after': value }));
        expect(await trial(under, receiver)).toEqual({
          outcome: 'retry',
          because: 'HTTP 429',
          afterMs,
          mayHaveArrived: false,
        });
      },
    );

    it.each([500, 503])('tries again after %i, and says that it may have arrived', async (status) => {
      await using receiver = await startHttpReceiver(answering(status, 'Oops'));
      expect(await trial(under, receiver)).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
    });

    it.each([400, 401, 403])('gives a message up that was refused with %i', async (status) => {
      await using receiver = await startHttpReceiver(answering(status, 'no'));
      expect(await trial(under, receiver)).toMatchObject({ outcome: 'refused' });
    });

    it('follows no redirect: it could lead inside', async () => {
      await using inside = await startHttpReceiver(under.taken);
      await using receiver = await startHttpReceiver(answering(307, '', { location: inside.url }));
      expect(await trial(under, receiver)).toMatchObject({ outcome: 'refused' });
      expect(inside.received).toEqual([]);
    });

    it('comes to an end when it is told to, though the receiver hangs', async () => {
      const given = new AbortController();
      await using receiver = await startHttpReceiver(() => given.abort(new Error('long enough')));
      const answer = await trial(under, receiver, given.signal);
      expect(answer).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
    });

    it('does not begin when it is told to end before', async () => {
      await using receiver = await startHttpReceiver(under.taken);
      expect(await trial(under, receiver, AbortSignal.abort())).toMatchObject({ outcome: 'retry' });
      expect(receiver.received).toEqual([]);
    });

    it.each<[string, Behaviour]>([
      ['breaks the connection', (response) => response.socket?.resetAndDestroy()],
      [
        'sends half an answer',
        (response) => {
          response.writeHead(200, { 'content-length': '1000' }).write('{"errcode":0,"code":0');
          setImmediate(() => response.socket?.destroy());
        },
      ],
    ])('says that it may have arrived when the receiver %s', async (_, behaviour) => {
      await using receiver = await startHttpReceiver(behaviour);
      expect(await trial(under, receiver)).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
    });

    it.each<[string, Behaviour]>([
      ['a huge answer', answering(200, 'x'.repeat(4_000_000))],
      [
        'an answer that is no UTF-8',
        (response) => response.writeHead(200).end(Buffer.from([0xff, 0xfe, 0x80])),
      ],
      ['the page of a portal', answering(200, '<html>Sign in to our Wi-Fi</html>')],
    ])('lives with %s', async (_, behaviour) => {
      await using receiver = await startHttpReceiver(behaviour);
      const answer = await trial(under, receiver);
      expect(answer).toMatchObject(
        under.believesStatus ? { outcome: 'sent' } : { outcome: 'retry', mayHaveArrived: true },
      );
    });

    it('gives up what may not be talked to', async () => {
      const inside = 'http://169.254.169.254';
      const channel = under.open(inside, testTools());
      const answer = await channel.send(dispatchFor(under, inside), AbortSignal.timeout(60_000));
      expect(answer).toMatchObject({ outcome: 'refused', because: expect.stringContaining('linkLocal') });
    });

    it('lets no secret out, whatever the receiver or the network says', async () => {
      await using receiver = await startHttpReceiver((response, { headers, target, text }) => {
        const all = JSON.stringify({
          errcode: 1,
          code: 1,
          errmsg: `${target} ${text}`,
          msg: target,
          headers,
        });
        response.writeHead(200).end(all);
      });
      const said = [JSON.stringify(await trial(under, receiver))];
      const request = async (asked: object): Promise<never> => {
        throw new Error(`cannot send ${JSON.stringify(asked)}`);
      };
      const tools = testTools({ request });
      const channel = under.open(receiver.url, tools);
      said.push(
        JSON.stringify(await channel.send(dispatchFor(under, receiver.url), AbortSignal.timeout(60_000))),
      );
      for (const secret of under.secrets) expect([...said, ...tools.logged].join('\n')).not.toContain(secret);
    });
  });
}

const dispatchFor = (under: ChannelUnderTest, url: string): Dispatch =>
  under.dispatch?.(url) ?? sampleDispatch();

async function trial(
  under: ChannelUnderTest,
  { url }: HttpReceiver,
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<Answer> {
  const channel = under.open(url, testTools());
  try {
    return await channel.send(dispatchFor(under, url), signal);
  } finally {
    await channel.close();
  }
}
