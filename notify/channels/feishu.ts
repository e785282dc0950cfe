import { createHmac } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { minute, second } from '#model/brand.ts';
import type { Channel, ChannelType, Dispatch, Language } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { linkWords } from '#notify/channels/link-words.ts';
import { Pace } from '#notify/channels/pace.ts';
import {
  before,
  memberId,
  openRobot,
  RobotKeyword,
  robotSecrets,
  robotSettings,
  type Verdict,
} from '#notify/channels/robot.ts';
import { cutTo, jsonBytes } from '#notify/channels/text-limits.ts';

const Settings = Type.Object(
  {
    ...robotSettings,
    keyword: RobotKeyword,
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

/** A request may have 20 KB, and has the message in two languages. */
const mostBodyBytes = 7_000;
const mostTitleBytes = 1_000;

/**
 * A group robot of Feishu (飞书自定义机器人) or Lark, as its vendor describes it:
 * https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (messages, signature, codes, 100 a minute and 5 a second).
 * It sends rich text (`post`): parts are told apart by structure, so that nothing in a name can become a link or a mention,
 * and each reader sees the language of their own client.
 */
export const feishu: ChannelType<typeof Settings> = {
  kind: 'feishu',
  settings: Settings,
  secrets: robotSecrets,
  open: openFeishu,
};

function openFeishu(settings: Settings, tools: ChannelTools): Channel {
  const { keyword, secret } = settings;
  return openRobot(
    (url) => ({
      vendor: 'Feishu',
      pace: new Pace([
        { most: 100, withinMs: minute },
        { most: 5, withinMs: second },
      ]),
      penaltyMs: minute,
      mentions: (recipient) => memberId(recipient.feishu) !== null,
      message: (dispatch) => {
        const signature = secret === undefined ? {} : signed(secret, Math.floor(tools.clock.now() / 1_000));
        return { url, body: { ...signature, ...messageOf(dispatch, keyword) } };
      },
      verdict,
      code: 'code',
      text: 'msg',
    }),
    settings,
    tools,
  );
}

/** What stands in the body: base64 of HMAC-SHA-256 over nothing, with `timestamp\nsecret` as key; seconds. */
export function signed(secret: string, atSeconds: number): { timestamp: string; sign: string } {
  const timestamp = String(atSeconds);
  const sign = createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64');
  return { timestamp, sign };
}

function messageOf(dispatch: Dispatch, keyword: string | undefined): object {
  const head = before(keyword);
  const post = { zh_cn: written(dispatch, 'zh', head), en_us: written(dispatch, 'en', head) };
  return { msg_type: 'post', content: { post } };
}

function written({ link, recipient, text }: Dispatch, language: Language, head: string): object {
  const { body, title } = text[language];
  const id = memberId(recipient.feishu);
  const mention = id === null ? [] : [[{ tag: 'at', user_id: id }]];
  const words = body === '' ? [] : [[{ tag: 'text', text: cutTo(body, mostBodyBytes, jsonBytes) }]];
  const tap = link === null ? [] : [[{ tag: 'a', text: linkWords[language], href: link }]];
  return {
    title: cutTo(`${head}${title}`, mostTitleBytes, jsonBytes),
    content: [...words, ...tap, ...mention],
  };
}

function verdict(code: number): Verdict {
  if (code === 0) return 'sent';
  if (code === 11232 || code === 99991400) return 'too-fast';
  return 'refused';
}
