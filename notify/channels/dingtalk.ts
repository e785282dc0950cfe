import { createHmac } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { type DurationMs, durationMs, type EpochMs, minute } from '#model/brand.ts';
import type { Channel, ChannelType, Dispatch } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { linkWords } from '#notify/channels/link-words.ts';
import { Pace } from '#notify/channels/pace.ts';
import { plainMarkup } from '#notify/channels/plain-markup.ts';
import {
  before,
  memberId,
  mobileOf,
  openRobot,
  RobotFormat,
  RobotKeyword,
  robotSecrets,
  robotSettings,
  textWithin,
  type Verdict,
} from '#notify/channels/robot.ts';
import { cutTo, utf8Bytes } from '#notify/channels/text-limits.ts';

const Settings = Type.Object(
  {
    ...robotSettings,
    format: RobotFormat,
    keyword: RobotKeyword,
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

const mostBytes = 15_000;
/** Over 20 messages in a minute: none for ten. */
const penaltyMs: DurationMs = durationMs(10 * minute);

/**
 * A group robot of DingTalk (钉钉自定义机器人), as its vendor describes it:
 * https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages (messages, codes) and
 * https://open.dingtalk.com/document/orgapp/customize-robot-security-settings (signature, keywords).
 */
export const dingtalk: ChannelType<typeof Settings> = {
  kind: 'dingtalk',
  settings: Settings,
  secrets: robotSecrets,
  open: openDingtalk,
};

function openDingtalk(settings: Settings, tools: ChannelTools): Channel {
  const { secret } = settings;
  return openRobot(
    (url) => ({
      vendor: 'DingTalk',
      pace: new Pace([{ most: 20, withinMs: minute }]),
      penaltyMs,
      mentions: (recipient) => memberId(recipient.dingtalk) !== null || mobileOf(recipient) !== null,
      message: (dispatch) => ({
        url: secret === undefined ? url : signedUrl(url, secret, tools.clock.now()),
        body: messageOf(dispatch, settings),
      }),
      verdict,
      code: 'errcode',
      text: 'errmsg',
    }),
    settings,
    tools,
  );
}

/** The address with `timestamp` (ms) and `sign`: base64 of HMAC-SHA-256 over `timestamp\nsecret` with the secret as key. */
export function signedUrl(url: string, secret: string, now: EpochMs): string {
  const sign = createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64');
  const signed = new URL(url);
  signed.searchParams.set('timestamp', String(now));
  signed.searchParams.set('sign', sign);
  return signed.href;
}

function messageOf({ link, recipient, text }: Dispatch, { format, keyword }: Settings): object {
  const { body, title } = text[recipient.language];
  const mobile = mobileOf(recipient);
  const userId = memberId(recipient.dingtalk);
  const at = {
    atMobiles: userId === null && mobile !== null ? [mobile] : [],
    atUserIds: userId === null ? [] : [userId],
    isAtAll: false,
  };
  const head = before(keyword);
  const limit = { most: mostBytes, measure: utf8Bytes };
  if (format !== 'markdown') {
    const content = textWithin({ title: `${head}${title}`, body, link }, limit);
    return { msgtype: 'text', text: { content }, at };
  }
  // In markdown somebody is mentioned only where the text says so, too.
  const mention = userId ?? mobile;
  const titled = `${head}**${plainMarkup(title)}**${mention === null ? '' : ` @${mention}`}`;
  const parts = {
    title: `${titled}\n`,
    // A single line break is none in markdown.
    body: plainMarkup(body).replaceAll('\n', '\n\n'),
    link: link === null ? null : `\n[${linkWords[recipient.language]}](${link})`,
  };
  const markdown = { title: `${head}${cutTo(plainMarkup(title), 100)}`, text: textWithin(parts, limit) };
  return { msgtype: 'markdown', markdown, at };
}

/**
 * 0, -1 and the refusals (310000: keyword, signature, address) stand in the vendor's pages. 130101 for too many messages is what robots
 * are seen to answer, 410100 is named for it in some of the pages; neither was tried against DingTalk itself.
 */
function verdict(code: number): Verdict {
  if (code === 0) return 'sent';
  if (code === 130101 || code === 410100) return 'too-fast';
  return code === -1 ? 'busy' : 'refused';
}
