import { describe, expect, it } from 'vitest';
import { sms, voice } from '#notify/channels/http-gateway.ts';
import { internationalOf, nationalOf } from '#notify/channels/phone-number.ts';
import { channelContract } from '#tests/notify/channels/channel.contract.ts';
import { testTools } from '#tests/notify/channels/support/channel-tools.ts';
import { answering, startHttpReceiver } from '#tests/notify/channels/support/http-receiver.ts';
import { sampleDispatch, saying, zhou } from '#tests/notify/channels/support/sample-dispatch.ts';
import { fc } from '#tests/support/properties.ts';

const soon = (): AbortSignal => AbortSignal.timeout(60_000);
const body = '{"to": "{{ phone }}", "text": "{{ text }}", "key": "{{ secret }}"}';

channelContract({
  name: 'a gateway of text messages that answers with a code',
  open: (url, tools) =>
    sms.open(
      { url: `${url}/send?appkey=k3y-of-ours`, body, secret: 's3cr3t-of-ours', okPath: 'code' },
      tools,
    ),
  taken: answering(200, { code: 0 }),
  believesStatus: false,
  secrets: ['k3y-of-ours', 's3cr3t-of-ours'],
});
channelContract({
  name: 'a gateway of calls',
  open: (url, tools) =>
    voice.open({ url, body, headers: ['X-Api-Key: {{ secret }}'], secret: 's3cr3t-of-ours' }, tools),
  taken: answering(202),
  believesStatus: true,
  secrets: ['s3cr3t-of-ours'],
});

/** What could lead out of the place it was put in. */
const wicked = '"},{"x":"&to=1#?/../\r\nX-Evil: 1</text><a>\'{{ secret }}\\';

describe('a gateway', () => {
  it('gets the number, the text on one line and the key, as its template says', async () => {
    await using provider = await startHttpReceiver();
    const channel = sms.open({ url: provider.url, body, secret: 's3cr3t' }, testTools());
    expect(await channel.send(saying('烟感报警', '3号楼\n快'), soon())).toEqual({ outcome: 'sent' });
    expect(JSON.parse(provider.received[0]?.text ?? '')).toEqual({
      to: '13800001111',
      text: '烟感报警 3号楼 快',
      key: 's3cr3t',
    });
  });

  it('lets no text leave its place in an address, a form, XML, JSON or a header', async () => {
    await using provider = await startHttpReceiver();
    const tools = testTools();
    const send = async (settings: object) => {
      const channel = sms.open({ url: provider.url, ...settings }, tools);
      expect(await channel.send(saying(wicked), soon())).toEqual({ outcome: 'sent' });
      const got = provider.received.at(-1);
      if (!got) throw new Error('nothing came');
      return got;
    };
    const text = wicked.replace(/[\r\n]+/g, ' ');
    const inUrl = await send({
      method: 'GET',
      url: `${provider.url}/send/{{ headline }}?to={{ phone }}&text={{ text }}`,
    });
    const { pathname, searchParams } = new URL(inUrl.target, provider.url);
    expect([...searchParams]).toEqual([
      ['to', '13800001111'],
      ['text', text],
    ]);
    expect(pathname.split('/')).toHaveLength(3);
    const inForm = await send({ bodyType: 'form', body: 'to={{ phone }}&text={{ text }}' });
    expect([...new URLSearchParams(inForm.text)]).toEqual([
      ['to', '13800001111'],
      ['text', text],
    ]);
    const inXml = await send({ bodyType: 'xml', body: '<sms><text>{{ text }}</text></sms>' });
    expect(inXml.text.match(/<[^>]*>/g)).toEqual(['<sms>', '<text>', '</text>', '</sms>']);
    const inJson = await send({ body: '{"text":"{{ text }}"}' });
    expect(JSON.parse(inJson.text)).toEqual({ text });
    const inHeader = await send({ headers: ['X-Title: {{ headline }}'], body: '{}' });
    expect(inHeader.headers['x-evil']).toBeUndefined();
    expect(inHeader.headers['x-title']).toContain('X-Evil: 1');
  });

  it('is never led to another host, whatever a message says', async () => {
    await using provider = await startHttpReceiver();
    const channel = sms.open({ url: `${provider.url}/{{ text }}` }, testTools());
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), async (text) => {
        expect(await channel.send(saying(text), soon())).toEqual({ outcome: 'sent' });
      }),
      { numRuns: 100 },
    );
    for (const url of ['https://{{ text }}/', 'https://a.example{{ text }}/', 'https://a.example.{{ text }}'])
      expect(() => sms.open({ url }, testTools())).toThrow(/^url: scheme and host may hold no/);
  });

  it('cuts a text between characters to what a message may have', async () => {
    await using provider = await startHttpReceiver();
    const channel = sms.open({ url: provider.url, body, maxLength: 20 }, testTools());
    await channel.send(saying('👨‍👩‍👧‍👦'.repeat(10)), soon());
    expect(JSON.parse(provider.received[0]?.text ?? '')).toMatchObject({ text: '👨‍👩‍👧‍👦…' });
  });

  it('reads the code and the number of the message in the answer', async () => {
    await using provider = await startHttpReceiver();
    const settings = {
      url: provider.url,
      body,
      okPath: 'SendStatusSet.0.Code',
      okValues: ['Ok'],
      retryValues: ['LimitExceeded.PhoneNumberThirtySecondLimit'],
      receiptPath: 'SendStatusSet.0.SerialNo',
    };
    const channel = sms.open(settings, testTools());
    const answer = async (code: string) => {
      provider.answer(answering(200, { SendStatusSet: [{ Code: code, SerialNo: '5000:1' }] }));
      return await channel.send(sampleDispatch(), soon());
    };
    expect(await answer('Ok')).toEqual({ outcome: 'sent', receipt: '5000:1' });
    expect(await answer('LimitExceeded.PhoneNumberThirtySecondLimit')).toMatchObject({
      outcome: 'retry',
      mayHaveArrived: false,
    });
    expect(await answer('FailedOperation.SignatureIncorrectOrUnapproved')).toMatchObject({
      outcome: 'refused',
      because: 'SendStatusSet.0.Code is FailedOperation.SignatureIncorrectOrUnapproved',
    });
    provider.answer(answering(200, { SendStatusSet: 'Ok' }));
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject({
      outcome: 'retry',
      mayHaveArrived: true,
    });
  });

  it('reaches only who has a number', () => {
    const channel = sms.open({ url: 'https://a.example' }, testTools());
    expect(channel.reach({ ...zhou, phone: ' ' })).toEqual({ reaches: false, why: 'no-address' });
    expect(channel.reach(zhou)).toEqual({ reaches: true });
  });

  it.each([
    [{ method: 'GET' as const, body: '{}' }, /^body: GET has none/],
    [{ headers: ['Host: evil.example'] }, /^headers: host is not for templates/],
    [{ body: '{' }, /^body: is no JSON/],
  ])('refuses settings that cannot be right: %j', (wrong, message) => {
    expect(() => sms.open({ url: 'https://a.example', ...wrong }, testTools())).toThrow(message);
  });
});

describe('a phone number', () => {
  it.each([
    ['+86 138-0000-1111', '13800001111', '+8613800001111'],
    ['0086 13800001111', '13800001111', '+8613800001111'],
    ['8613800001111', '13800001111', '+8613800001111'],
    ['138 0000 1111', '13800001111', '+8613800001111'],
    ['021-6123 4567', '02161234567', '+862161234567'],
    ['+852 5123 4567', '85251234567', '+85251234567'],
    ['none', '', ''],
  ])('%s is %s at home and %s abroad', (written, national, international) => {
    expect(nationalOf(written, '86')).toBe(national);
    expect(internationalOf(written, '86')).toBe(international);
  });
});
