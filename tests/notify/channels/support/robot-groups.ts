import { createHmac } from 'node:crypto';
import { answering, type Behaviour } from '#tests/notify/channels/support/http-receiver.ts';

/** A group of WeCom: takes texts and markdown of the documented length, and nothing with `\uXXXX` in it (40033). */
export const wecomGroup = (): Behaviour => (response, received) => {
  const body = JSON.parse(received.text) as {
    msgtype: 'text' | 'markdown';
    text?: { content: string };
    markdown?: { content: string };
  };
  const bytes = Buffer.byteLength((body.msgtype === 'text' ? body.text : body.markdown)?.content ?? '');
  const problem =
    bytes === 0
      ? [44_004, 'content empty']
      : bytes > (body.msgtype === 'text' ? 2_048 : 4_096)
        ? [40_058, 'content exceeds the maximum length']
        : /\\u[0-9a-f]{4}/i.test(received.text)
          ? [40_033, 'invalid charset']
          : [0, 'ok'];
  answering(200, { errcode: problem[0], errmsg: problem[1] })(response, received);
};

interface Signing {
  readonly secret?: string;
  /** The vendor's clock; it takes what is an hour off, and no more. */
  readonly now?: number;
  readonly keyword?: string;
}

const anHour = 3_600_000;

/** A group of DingTalk: `timestamp` (ms) and `sign` stand in the address. */
export const dingtalkGroup =
  ({ keyword, now = 0, secret }: Signing): Behaviour =>
  (response, received) => {
    const { searchParams } = new URL(received.target, 'http://oapi.dingtalk.com');
    const timestamp = Number(searchParams.get('timestamp'));
    const expected = createHmac('sha256', secret ?? '')
      .update(`${timestamp}\n${secret}`)
      .digest('base64');
    const problem =
      secret !== undefined && Math.abs(timestamp - now) > anHour
        ? [310_000, 'invalid timestamp']
        : secret !== undefined && searchParams.get('sign') !== expected
          ? [310_000, 'sign not match, more: [https://ding-doc.dingtalk.com]']
          : keyword !== undefined && !received.text.includes(keyword)
            ? [310_000, 'keywords not in content']
            : [0, 'ok'];
    answering(200, { errcode: problem[0], errmsg: problem[1] })(response, received);
  };

/** A group of Feishu: `timestamp` (s) and `sign` stand in the body, of at most 20 KB. */
export const feishuGroup =
  ({ now = 0, secret }: Signing): Behaviour =>
  (response, received) => {
    const body = JSON.parse(received.text) as { timestamp?: string; sign?: string };
    const expected = createHmac('sha256', `${body.timestamp}\n${secret}`).update('').digest('base64');
    const isFresh = Math.abs(Number(body.timestamp) * 1_000 - now) <= anHour;
    const isSigned = secret === undefined || (isFresh && body.sign === expected);
    const answer =
      received.body.length > 20 * 1_024
        ? { code: 9_499, msg: 'Bad Request', data: {} }
        : isSigned
          ? { code: 0, msg: 'success', data: {} }
          : {
              code: 19_021,
              msg: 'sign match fail or timestamp is not within one hour from current time',
              data: {},
            };
    answering(200, answer)(response, received);
  };
