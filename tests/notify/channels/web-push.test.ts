import { describe, expect, it } from 'vitest';
import type { Recipient } from '#notify/channel.ts';
import { webPush } from '#notify/channels/web-push.ts';
import { channelContract } from '#tests/notify/channels/channel.contract.ts';
import { testTools, vapid } from '#tests/notify/channels/support/channel-tools.ts';
import { answering, startHttpReceiver } from '#tests/notify/channels/support/http-receiver.ts';
import {
  decryptPush,
  newPushKeys,
  subscriptionOf,
  vapidClaims,
} from '#tests/notify/channels/support/push-service.ts';
import { sampleDispatch, saying, zhou } from '#tests/notify/channels/support/sample-dispatch.ts';

const keys = newPushKeys();
const endpointPath = '/wpush/v2/gAAAAABl7xKp9secretdevicepath';
const on = (...endpoints: readonly string[]): { readonly recipient: Recipient } => ({
  recipient: { ...zhou, pushSubscriptions: endpoints.map((endpoint) => subscriptionOf(keys, endpoint)) },
});
const soon = (): AbortSignal => AbortSignal.timeout(60_000);

channelContract({
  name: 'web push',
  open: (_, tools) => webPush.open({}, tools),
  dispatch: (url) => sampleDispatch(on(url + endpointPath)),
  taken: answering(201),
  believesStatus: true,
  secrets: ['gAAAAABl7xKp9secretdevicepath', vapid.privateKey],
});

describe('the receiver of these tests', () => {
  it('decrypts the example of RFC 8291, appendix A', () => {
    const body = Buffer.from(
      'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
      'base64url',
    );
    const rfc = {
      privateKey: Buffer.from('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', 'base64url'),
      publicKey: Buffer.from(
        'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        'base64url',
      ),
      auth: Buffer.from('BTBZMqHH6r4Tts7J_aSIgg', 'base64url'),
    };
    expect(decryptPush(body, rfc).toString()).toBe('When I grow up, I want to be a watermelon');
  });
});

describe('web push', () => {
  it('sends what only the browser can read, signed by the installation', async () => {
    await using service = await startHttpReceiver(answering(201));
    const channel = webPush.open({ ttl: 600 }, testTools());
    expect(await channel.send(sampleDispatch(on(service.url + endpointPath)), soon())).toEqual({
      outcome: 'sent',
    });
    const [got] = service.received;
    if (!got) throw new Error('nothing came');
    expect(got.target).toBe(endpointPath);
    expect(got.headers).toMatchObject({ ttl: '600', urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(got.text).not.toContain('烟感');
    const { title, body } = sampleDispatch().text.zh;
    expect(JSON.parse(decryptPush(got.body, keys).toString())).toMatchObject({
      title,
      body,
      link: sampleDispatch().link,
      task: 't-1',
    });
    const { claims, key } = vapidClaims(got.headers['authorization'] ?? '');
    expect(key).toBe(vapid.publicKey);
    expect(claims).toMatchObject({ aud: service.url, sub: vapid.subject });
    // RFC 8292 §2: at most a day.
    expect(Number(claims['exp']) * 1_000 - Date.now()).toBeLessThanOrEqual(86_400_000);
  });

  it('has one topic for all tries of a message, and is urgent only for life safety', async () => {
    await using service = await startHttpReceiver(answering(201));
    const channel = webPush.open({}, testTools());
    for (const changes of [{ attempt: 1 }, { attempt: 2 }, { key: 'other', lifeSafety: false }])
      await channel.send(sampleDispatch({ ...on(service.url), ...changes }), soon());
    const [first, second, third] = service.received.map(({ headers }) => headers);
    expect(first?.['topic']).toMatch(/^[\w-]{1,32}$/);
    expect(second?.['topic']).toBe(first?.['topic']);
    expect(third?.['topic']).not.toBe(first?.['topic']);
    expect(third?.['urgency']).toBe('normal');
  });

  it('stays within what a push service takes, whatever is written', async () => {
    await using service = await startHttpReceiver(answering(201));
    const channel = webPush.open({}, testTools());
    await channel.send(saying('"火'.repeat(500), '\\火\n'.repeat(2_000), on(service.url)), soon());
    expect(service.received[0]?.body.length).toBeLessThanOrEqual(4_096);
  });

  it.each([404, 410])('forgets a browser that is gone (%i), and reaches the others', async (status) => {
    await using service = await startHttpReceiver((response, received) =>
      answering(received.target === '/gone' ? status : 201)(response, received),
    );
    const channel = webPush.open({}, testTools());
    const gone = `${service.url}/gone`;
    expect(await channel.send(sampleDispatch(on(gone, `${service.url}/here`)), soon())).toEqual({
      outcome: 'sent',
      gone: [gone],
    });
    expect(await channel.send(sampleDispatch(on(gone)), soon())).toMatchObject({
      outcome: 'refused',
      gone: [gone],
    });
  });

  it('tries again for a browser that is not gone', async () => {
    await using service = await startHttpReceiver((response, received) =>
      answering(received.target === '/gone' ? 410 : 503)(response, received),
    );
    const answer = await webPush
      .open({}, testTools())
      .send(sampleDispatch(on(`${service.url}/gone`, service.url)), soon());
    expect(answer).toMatchObject({ outcome: 'retry', gone: [`${service.url}/gone`] });
  });

  it('forgets a subscription that nothing can be encrypted for', async () => {
    const endpoint = 'https://push.example.org/x';
    const recipient = { ...zhou, pushSubscriptions: [{ endpoint, keys: { p256dh: 'AAAA', auth: 'AAAA' } }] };
    const answer = await webPush.open({}, testTools()).send(sampleDispatch({ recipient }), soon());
    expect(answer).toMatchObject({ outcome: 'refused', gone: [endpoint] });
  });

  it('tells people, and forgets nobody, where the console is reached by plain HTTP', async () => {
    await using service = await startHttpReceiver(answering(201));
    const tools = testTools({ vapid: { ...vapid, subject: 'http://10.0.0.5:8080' } });
    const answer = await webPush.open({}, tools).send(sampleDispatch(on(service.url)), soon());
    expect(answer).toEqual({ outcome: 'sent' });
    const { claims } = vapidClaims(service.received[0]?.headers['authorization'] ?? '');
    expect(claims['sub']).toMatch(/^mailto:/);
  });

  it("forgets nobody where the installation's own key is broken", async () => {
    const tools = testTools({ vapid: { ...vapid, privateKey: 'AAAA' } });
    const sent = webPush.open({}, tools).send(sampleDispatch(on('https://push.example.org/x')), soon());
    await expect(sent).rejects.toThrow(/private key/i);
  });

  it('reaches only who signed a browser in', () => {
    const channel = webPush.open({}, testTools());
    expect(channel.reach(zhou)).toEqual({ reaches: false, why: 'not-signed-in' });
    expect(channel.reach(on('https://push.example.org/x').recipient)).toEqual({ reaches: true });
  });
});
