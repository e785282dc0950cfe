import { type Static, Type } from 'typebox';
import { minute } from '#model/brand.ts';
import type { Channel, ChannelType, Dispatch, Recipient } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { linkWords } from '#notify/channels/link-words.ts';
import { Pace } from '#notify/channels/pace.ts';
import { plainMarkup, withoutTags } from '#notify/channels/plain-markup.ts';
import {
  memberId,
  mobileOf,
  openRobot,
  RobotFormat,
  robotSettings,
  textWithin,
  type Verdict,
} from '#notify/channels/robot.ts';
import { utf8Bytes } from '#notify/channels/text-limits.ts';

const Settings = Type.Object(
  {
    url: robotSettings.url,
    unmentioned: robotSettings.unmentioned,
    /** As markdown it mentions by member id only, not by phone. */
    format: RobotFormat,
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

/** Bytes of UTF-8 that `content` may have. */
const mostTextBytes = 2_048;
const mostMarkdownBytes = 4_096;

/**
 * A group robot of WeCom (企业微信群机器人), as its vendor describes it:
 * https://developer.work.weixin.qq.com/document/path/91770 (messages, lengths, 20 a minute) and
 * https://developer.work.weixin.qq.com/document/path/90313 (codes). It has no signature: its address is the secret.
 */
export const wecom: ChannelType<typeof Settings> = {
  kind: 'wecom',
  settings: Settings,
  secrets: ['url'],
  open: openWecom,
};

function openWecom(settings: Settings, tools: ChannelTools): Channel {
  const isMarkdown = settings.format === 'markdown';
  return openRobot(
    (url) => ({
      vendor: 'WeCom',
      pace: new Pace([{ most: 20, withinMs: minute }]),
      penaltyMs: minute,
      mentions: (recipient) =>
        memberId(recipient.wecom) !== null || (!isMarkdown && mobileOf(recipient) !== null),
      message: (dispatch) => ({ url, body: isMarkdown ? markdownMessage(dispatch) : textMessage(dispatch) }),
      verdict,
      code: 'errcode',
      text: 'errmsg',
    }),
    settings,
    tools,
  );
}

function textMessage({ link, recipient, text }: Dispatch): object {
  const { body, title } = text[recipient.language];
  const id = memberId(recipient.wecom);
  const mobile = mobileOf(recipient);
  const content = textWithin(
    { title: withoutTags(title), body: withoutTags(body), link },
    { most: mostTextBytes, measure: utf8Bytes },
  );
  const byMobile = mobile === null ? {} : { mentioned_mobile_list: [mobile] };
  const mention = id === null ? byMobile : { mentioned_list: [id] };
  return { msgtype: 'text', text: { content, ...mention } };
}

function markdownMessage({ link, recipient, text }: Dispatch): object {
  const { body, title } = text[recipient.language];
  const content = textWithin(
    {
      title: `**${plainMarkup(title)}**${mentionOf(recipient)}`,
      body: plainMarkup(body),
      link: link === null ? null : `[${linkWords[recipient.language]}](${link})`,
    },
    { most: mostMarkdownBytes, measure: utf8Bytes },
  );
  return { msgtype: 'markdown', markdown: { content } };
}

const mentionOf = (recipient: Recipient): string => {
  const id = memberId(recipient.wecom);
  return id === null ? '' : ` <@${id}>`;
};

function verdict(code: number): Verdict {
  if (code === 0) return 'sent';
  if (code === 45009) return 'too-fast';
  return code === -1 || code === 6000 || code === 45033 ? 'busy' : 'refused';
}
