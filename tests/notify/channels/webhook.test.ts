import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { webhook } from '#notify/channels/webhook.ts';
import { signatureHeaders, signingKey } from '#notify/channels/webhook-signature.ts';
import { channelContract } from '#tests/notify/channels/channel.contract.ts';
import { now, testTools } from '#tests/notify/channels/support/channel-tools.ts';
import { answering, startHttpReceiver } from '#tests/notify/channels/support/http-receiver.ts';
import { sampleDispatch, saying } from '#tests/notify/channels/support/sample-dispatch.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const previousSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

channelContract({
  name: 'a webhook',
  open: (url, tools) =>
    webhook.open({ url: `${url}/hook?key=0f3a9d7712`, secret, authorization: 'Bearer s3cr3t-token' }, tools),
  taken: answering(204),
  believesStatus: true,
  secrets: ['0f3a9d7712', secret, 's3cr3t-token'],
});

describe('a webhook', () => {
  it('signs as the example of Standard Webhooks', () => {
    const body = '{"test": 2432232314}';
    const headers = signatureHeaders({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atSeconds: 1_614_265_330, body }, [
      signingKey(secret, 'secret'),
    ]);
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('can be checked by its receiver, with the new secret and the one of before', async () => {
    await using receiver = await startHttpReceiver();
    const channel = webhook.open({ url: receiver.url, secret, previousSecret }, testTools());
    await channel.send(sampleDispatch(), AbortSignal.timeout(60_000));
    const [got] = receiver.received;
    if (!got) throw new Error('nothing came');
    const { 'webhook-id': id, 'webhook-signature': signatures = '', 'webhook-timestamp': at } = got.headers;
    expect(Number(at) * 1_000).toBe(now);
    for (const [index, written] of [secret, previousSecret].entries()) {
      const key = Buffer.from(written.slice('whsec_'.length), 'base64');
      const expected = createHmac('sha256', key).update(`${id}.${at}.${got.text}`).digest('base64');
      expect(signatures.split(' ')[index]).toBe(`v1,${expected}`);
    }
  });

  it('has the same id and body at each try', async () => {
    await using receiver = await startHttpReceiver(answering(500));
    const tools = testTools();
    const channel = webhook.open({ url: receiver.url, secret }, tools);
    for (const attempt of [1, 2]) {
      tools.setNow(now + attempt * 60_000);
      await channel.send(sampleDispatch({ attempt }), AbortSignal.timeout(60_000));
    }
    const [first, second] = receiver.received;
    expect(first?.headers['webhook-id']).toBe(sampleDispatch().key);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
  });

  it('fills a body of the installation, and no field leaves its string', async () => {
    await using receiver = await startHttpReceiver();
    const body = '{"msg": "{{ headline }}", "tags": ["{{ severity }}"], "n": 1}';
    const channel = webhook.open({ url: receiver.url, secret, body }, testTools());
    const wicked = '"}, {"admin": true, "x": "\\u0022 \\';
    await channel.send(saying(wicked), AbortSignal.timeout(60_000));
    expect(JSON.parse(receiver.received[0]?.text ?? '')).toEqual({ msg: wicked, tags: ['critical'], n: 1 });
  });

  it('hides a token also when the receiver says it alone', async () => {
    const request = async (): Promise<never> => {
      throw new Error('the token s3cr3t-token is not good');
    };
    const settings = { url: 'https://example.org/', secret, authorization: 'Bearer s3cr3t-token' };
    const answer = await webhook
      .open(settings, testTools({ request }))
      .send(sampleDispatch(), AbortSignal.timeout(100));
    expect(answer).toMatchObject({ because: 'the token *** is not good' });
  });

  it.each([
    [{ url: 'https://user:pw@example.org/' }, /^url: a password/],
    [{ secret: 'tooshort' }, /^secret: is no base64/],
    [{ body: '{"a": {{ title }}}' }, /^body: is no JSON/],
  ])('refuses %j', (wrong, message) => {
    const settings = { url: 'https://example.org/', secret, ...wrong };
    expect(() => webhook.open(settings, testTools())).toThrow(message);
  });
});
