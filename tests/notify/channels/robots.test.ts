import { describe, expect, it } from 'vitest';
import { epochMs } from '#model/brand.ts';
import { dingtalk, signedUrl } from '#notify/channels/dingtalk.ts';
import { feishu, signed } from '#notify/channels/feishu.ts';
import { wecom } from '#notify/channels/wecom.ts';
import { channelContract } from '#tests/notify/channels/channel.contract.ts';
import { now, testTools } from '#tests/notify/channels/support/channel-tools.ts';
import {
  answering,
  type Behaviour,
  type Received,
  startHttpReceiver,
} from '#tests/notify/channels/support/http-receiver.ts';
import { dingtalkGroup, feishuGroup, wecomGroup } from '#tests/notify/channels/support/robot-groups.ts';
import { sampleDispatch, saying, zhou } from '#tests/notify/channels/support/sample-dispatch.ts';

const wecomPath = '/cgi-bin/webhook/send?key=693a91f6-7dcc-4bc4-97a0-0ec2sifa5aaa';
const dingtalkPath = '/robot/send?access_token=566cc69da782ec11bdbb4ec8a0f2e74e';
const feishuPath = '/open-apis/bot/v2/hook/c7e1a2b4-0f3d-4e5a-9b8c-1a2b3c4d5e6f';
const secret = 'SEC19dd84be8c7f3cf7';
const soon = (): AbortSignal => AbortSignal.timeout(60_000);
/** What a receiver got as JSON. */
const json = (got: Received | undefined): unknown => JSON.parse(got?.text ?? '');

channelContract({
  name: 'a robot of WeCom',
  open: (url, tools) => wecom.open({ url: url + wecomPath }, tools),
  taken: answering(200, { errcode: 0, errmsg: 'ok' }),
  believesStatus: false,
  secrets: ['693a91f6-7dcc-4bc4-97a0-0ec2sifa5aaa'],
});
channelContract({
  name: 'a robot of DingTalk',
  open: (url, tools) => dingtalk.open({ url: url + dingtalkPath, secret }, tools),
  taken: answering(200, { errcode: 0, errmsg: 'ok' }),
  believesStatus: false,
  secrets: ['566cc69da782ec11bdbb4ec8a0f2e74e', secret],
});
channelContract({
  name: 'a robot of Feishu',
  open: (url, tools) => feishu.open({ url: url + feishuPath, secret }, tools),
  taken: answering(200, { code: 0, msg: 'success', data: {} }),
  believesStatus: false,
  secrets: ['c7e1a2b4-0f3d-4e5a-9b8c-1a2b3c4d5e6f', secret],
});

describe('the signature', () => {
  // The values are those that the vendors' own example programs print for this time and secret.
  it("of DingTalk is that of the vendor's example", () => {
    const url = new URL(
      signedUrl(
        'https://oapi.dingtalk.com/robot/send?access_token=X',
        'this is secret',
        epochMs(1_609_459_200_000),
      ),
    );
    expect(url.searchParams.get('timestamp')).toBe('1609459200000');
    expect(url.href).toContain('sign=ACG5udp2fUrpKLAsLMUINvMr3hQ2OC05N0oaKUOvagw%3D');
    expect(url.searchParams.get('access_token')).toBe('X');
  });

  it("of Feishu is that of the vendor's example", () => {
    expect(signed('demo', 1_599_360_473)).toEqual({
      timestamp: '1599360473',
      sign: 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=',
    });
  });
});

describe('a robot of WeCom', () => {
  it('posts text that its group takes, and mentions by member id', async () => {
    await using group = await startHttpReceiver(wecomGroup());
    const channel = wecom.open({ url: group.url + wecomPath }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
    expect(json(group.received[0])).toEqual({
      msgtype: 'text',
      text: {
        content: `${sampleDispatch().text.zh.title}\n${sampleDispatch().text.zh.body}\n${sampleDispatch().link}`,
        mentioned_list: ['zhoumin'],
      },
    });
  });

  it('mentions by phone who has no member id, and never everybody', async () => {
    await using group = await startHttpReceiver(wecomGroup());
    const channel = wecom.open({ url: group.url + wecomPath }, testTools());
    for (const id of [null, '@all', 'ALL'])
      await channel.send(sampleDispatch({ recipient: { ...zhou, wecom: id } }), soon());
    for (const got of group.received)
      expect(json(got)).toMatchObject({ text: { mentioned_mobile_list: ['13800001111'] } });
    expect(group.received.map(({ text }) => text).join()).not.toMatch(/all/i);
  });

  it('cuts what is too long between characters, and keeps the link', async () => {
    await using group = await startHttpReceiver(wecomGroup());
    const link = sampleDispatch().link ?? '';
    for (const format of ['text', 'markdown'] as const) {
      const channel = wecom.open({ url: group.url + wecomPath, format }, testTools());
      // 2,000 characters of 25 bytes each that readers see as one.
      const message = saying('家庭', '👨‍👩‍👧‍👦'.repeat(2_000));
      expect(await channel.send(message, soon())).toEqual({ outcome: 'sent' });
    }
    const contents = group.received.map(({ text }) => text);
    for (const content of contents) expect(content).toContain(link);
    for (const content of contents) expect(content).toMatch(/👨‍👩‍👧‍👦…/u);
  });

  it('uses all of what a text may have', async () => {
    await using group = await startHttpReceiver(wecomGroup());
    const channel = wecom.open({ url: group.url + wecomPath }, testTools());
    await channel.send(saying('x', 'y'.repeat(3_000), { link: null }), soon());
    const { text } = json(group.received[0]) as { text: { content: string } };
    expect(Buffer.byteLength(text.content)).toBe(2_048);
  });

  it('makes no markup and no mention of what stands in a name', async () => {
    await using group = await startHttpReceiver(wecomGroup());
    const wicked = '**[免费](https://evil.example)** <@all> <font color="warning">`x`</font>';
    for (const format of ['text', 'markdown'] as const)
      await wecom
        .open({ url: group.url + wecomPath, format }, testTools())
        .send(saying(wicked, `# ${wicked}`), soon());
    for (const { text } of group.received) expect(text).not.toContain('<@all>');
    expect(group.received[1]?.text).not.toMatch(/\[免费\]|<font|# \*/);
  });

  it('holds messages back before WeCom does, and keeps room for life safety', async () => {
    await using group = await startHttpReceiver(wecomGroup());
    const tools = testTools();
    const channel = wecom.open({ url: group.url + wecomPath }, tools);
    const send = (lifeSafety: boolean) => channel.send(sampleDispatch({ lifeSafety }), soon());
    for (let count = 0; count < 15; count++) expect(await send(false)).toEqual({ outcome: 'sent' });
    expect(await send(false)).toMatchObject({ outcome: 'retry', mayHaveArrived: false, afterMs: 60_000 });
    for (let count = 0; count < 5; count++) expect(await send(true)).toEqual({ outcome: 'sent' });
    expect(await send(true)).toMatchObject({ outcome: 'retry', afterMs: 60_000 });
    expect(group.received).toHaveLength(20);
    tools.setNow(now + 60_001);
    expect(await send(false)).toEqual({ outcome: 'sent' });
  });

  it.each([
    [45_009, { outcome: 'retry', afterMs: 60_000, mayHaveArrived: false }],
    [-1, { outcome: 'retry', mayHaveArrived: false }],
    [93_000, { outcome: 'refused', because: 'WeCom 93000 said so' }],
  ])('understands the code %i', async (errcode, answer) => {
    await using group = await startHttpReceiver(answering(200, { errcode, errmsg: 'said so' }));
    const channel = wecom.open({ url: group.url + wecomPath }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject(answer);
  });

  it('reaches nobody whom it cannot mention, unless it may post all the same', () => {
    const nobody = { ...zhou, wecom: null, phone: ' - ' };
    const open = (unmentioned: boolean) =>
      wecom.open({ url: 'https://example.org', unmentioned }, testTools());
    expect(open(false).reach(nobody)).toEqual({ reaches: false, why: 'no-address' });
    expect(open(true).reach(nobody)).toEqual({ reaches: true });
    expect(open(false).reach(zhou)).toEqual({ reaches: true });
  });
});

describe('a robot of DingTalk', () => {
  it.each(['text', 'markdown'] as const)(
    'posts %s that its group takes: signed, with the keyword, mentioning one',
    async (format) => {
      await using group = await startHttpReceiver(dingtalkGroup({ secret, now, keyword: '网格铃' }));
      const settings = { url: group.url + dingtalkPath, secret, format, keyword: '网格铃' };
      const channel = dingtalk.open(settings, testTools());
      expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
      const byPhone = sampleDispatch({ recipient: { ...zhou, dingtalk: null } });
      expect(await channel.send(byPhone, soon())).toEqual({ outcome: 'sent' });
      const ats = group.received.map((got) => (json(got) as { at: unknown }).at);
      expect(ats).toEqual([
        { atMobiles: [], atUserIds: ['manager7675'], isAtAll: false },
        { atMobiles: ['13800001111'], atUserIds: [], isAtAll: false },
      ]);
      if (format === 'markdown') expect(group.received[1]?.text).toContain('@13800001111');
    },
  );

  it('is refused by its group when the secret is another', async () => {
    await using group = await startHttpReceiver(dingtalkGroup({ secret: 'SECother', now }));
    const channel = dingtalk.open({ url: group.url + dingtalkPath, secret }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject({
      outcome: 'refused',
      because: expect.stringMatching(/^DingTalk 310000 sign not match/),
    });
  });

  it('keeps quiet for ten minutes after it sent too much', async () => {
    await using group = await startHttpReceiver(
      answering(200, { errcode: 130_101, errmsg: 'send too fast' }),
    );
    const tools = testTools();
    const channel = dingtalk.open({ url: group.url + dingtalkPath }, tools);
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject({
      outcome: 'retry',
      afterMs: 600_000,
    });
    tools.setNow(now + 60_000);
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject({
      outcome: 'retry',
      afterMs: 540_000,
    });
    expect(group.received).toHaveLength(1);
  });

  it('makes no markup of what stands in a name', async () => {
    await using group = await startHttpReceiver(dingtalkGroup({}));
    const channel = dingtalk.open({ url: group.url + dingtalkPath, format: 'markdown' }, testTools());
    await channel.send(
      saying('[x](https://evil.example) @13900000000', '![](https://evil.example/a.png)\n- 1\n1. 2'),
      soon(),
    );
    const { markdown } = json(group.received[0]) as { markdown: { text: string } };
    expect(markdown.text).not.toMatch(/\[x\]|!\[\]|@139|^- |^1\. /m);
  });
});

describe('a robot of Feishu', () => {
  it('posts rich text that its group takes: signed, in both languages, mentioning one', async () => {
    await using group = await startHttpReceiver(feishuGroup({ secret, now }));
    const channel = feishu.open({ url: group.url + feishuPath, secret }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
    const { text } = sampleDispatch();
    expect(json(group.received[0])).toMatchObject({
      msg_type: 'post',
      content: {
        post: {
          zh_cn: {
            title: text.zh.title,
            content: [
              [{ tag: 'text', text: text.zh.body }],
              [{ tag: 'a', text: '查看任务', href: sampleDispatch().link }],
              [{ tag: 'at', user_id: zhou.feishu }],
            ],
          },
          en_us: { title: text.en.title },
        },
      },
    });
  });

  it('stays under 20 KB whatever is written, and mentions nobody but the recipient', async () => {
    await using group = await startHttpReceiver(feishuGroup({}));
    const channel = feishu.open({ url: group.url + feishuPath }, testTools());
    const wicked = saying('"\\'.repeat(100), '\\"<at user_id="all">所有人</at>'.repeat(2_000), {
      recipient: { ...zhou, feishu: 'all' },
    });
    expect(await channel.send(wicked, soon())).toEqual({ outcome: 'sent' });
    expect(group.received[0]?.body.length).toBeLessThan(20_000);
    expect(group.received[0]?.text).not.toContain('"tag":"at"');
  });

  it.each([
    [11_232, { outcome: 'retry', afterMs: 60_000 }],
    [19_021, { outcome: 'refused' }],
    [9_499, { outcome: 'refused' }],
  ])('understands the code %i', async (code, answer) => {
    await using group = await startHttpReceiver(answering(200, { code, msg: 'm', data: {} }));
    const channel = feishu.open({ url: group.url + feishuPath }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject(answer);
  });

  it('sends no more than five in a second', async () => {
    await using group = await startHttpReceiver(feishuGroup({}));
    const tools = testTools();
    const channel = feishu.open({ url: group.url + feishuPath }, tools);
    const outcomes: string[] = [];
    for (let count = 0; count < 6; count++)
      outcomes.push((await channel.send(sampleDispatch(), soon())).outcome);
    expect(outcomes).toEqual(['sent', 'sent', 'sent', 'sent', 'sent', 'retry']);
  });
});

it('a status of failure is one, though the body says ok', async () => {
  const behaviour: Behaviour = answering(502, { errcode: 0, errmsg: 'ok' });
  await using group = await startHttpReceiver(behaviour);
  const channel = wecom.open({ url: group.url + wecomPath }, testTools());
  expect(await channel.send(sampleDispatch(), soon())).toMatchObject({
    outcome: 'retry',
    mayHaveArrived: true,
  });
});
