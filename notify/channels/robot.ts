import { type Static, Type } from 'typebox';
import type { DurationMs } from '#model/brand.ts';
import type { Answer, Channel, Dispatch, Recipient } from '#notify/channel.ts';
import type { ChannelTools, HttpAnswer } from '#notify/channel-tools.ts';
import { ask } from '#notify/channels/ask.ts';
import { contentTypes } from '#notify/channels/body-template.ts';
import { Discretion } from '#notify/channels/discretion.ts';
import type { Pace } from '#notify/channels/pace.ts';
import { nationalOf } from '#notify/channels/phone-number.ts';
import { checkedUrl, oneOf, Secret, UrlSetting } from '#notify/channels/setting-schemas.ts';
import { cutTo, type Measure } from '#notify/channels/text-limits.ts';
import { answerOfStatus } from '#notify/http-answer.ts';

/** What the settings of each group robot have. */
export const robotSettings = {
  /** The robot's whole webhook address; who knows it can write into the group. */
  url: UrlSetting,
  /** Of its signature (加签, 签名校验), where the group asks for one. */
  secret: Type.Optional(Secret),
  /** Also tells of messages to people whom the robot cannot mention; nobody's phone rings for those. */
  unmentioned: Type.Optional(Type.Boolean()),
};
export type RobotSettings = Static<ReturnType<typeof Type.Object<typeof robotSettings>>>;
/** One of the group's keywords (自定义关键词), where it asks for one: stands before each message. */
export const RobotKeyword = Type.Optional(
  Type.String({ minLength: 1, maxLength: 50, pattern: '^[^\\p{Cc}]*$' }),
);
/** `markdown` has a bold title and a link to tap. */
export const RobotFormat = Type.Optional(oneOf(['text', 'markdown']));
export const robotSecrets = ['url', 'secret'] as const;

/** What a vendor's code in an answer means. */
export type Verdict = 'sent' | 'too-fast' | 'busy' | 'refused';

/** What is different from vendor to vendor. */
export interface Robot {
  /** As its vendor calls itself. */
  readonly vendor: string;
  readonly pace: Pace;
  /** How long a robot takes nothing after it was sent too much. */
  readonly penaltyMs: DurationMs;
  mentions(recipient: Recipient): boolean;
  /** Where to send what; made anew at each try, for signatures have a time. */
  message(dispatch: Dispatch): { readonly url: string; readonly body: object };
  verdict(code: number): Verdict;
  /** Names of the fields of an answer that hold code and text. */
  readonly code: string;
  readonly text: string;
}

/** A keyword as it stands before a message. */
export const before = (keyword: string | undefined): string => (keyword === undefined ? '' : `${keyword} `);

/**
 * A group robot: it posts into a group and mentions the one whom it concerns. Throws GridbellError `invalid-input` for an address
 * that is none.
 */
export function openRobot(
  robotAt: (url: string) => Robot,
  settings: RobotSettings,
  tools: ChannelTools,
): Channel {
  const robot = robotAt(checkedUrl(settings.url, 'url').href);
  const discretion = new Discretion([settings.url, settings.secret]);
  return {
    reach: (recipient) =>
      settings.unmentioned === true || robot.mentions(recipient)
        ? { reaches: true }
        : { reaches: false, why: 'no-address' },
    send: async (dispatch, signal) => {
      const waitMs = robot.pace.take(tools.clock.now(), dispatch.lifeSafety);
      if (waitMs > 0)
        return {
          outcome: 'retry',
          because: 'held back: the robot takes no more just now',
          afterMs: waitMs,
          mayHaveArrived: false,
        };
      const { body, url } = robot.message(dispatch);
      const headers = { 'content-type': contentTypes.json };
      const heard = await ask(
        tools,
        { method: 'POST', url, headers, body: JSON.stringify(body) },
        { discretion, signal },
      );
      return heard.said ? answerOfRobot(robot, heard.said, { discretion, tools }) : heard.answer;
    },
    close: async () => {},
  };
}

/** Robots say in a body what went wrong, mostly with status 200. */
function answerOfRobot(
  robot: Robot,
  said: HttpAnswer,
  { discretion, tools }: { readonly discretion: Discretion; readonly tools: ChannelTools },
): Answer {
  const now = tools.clock.now();
  const { code, text } = codeOf(said.text, robot);
  const verdict = code === null ? null : robot.verdict(code);
  const is2xx = said.status >= 200 && said.status < 300;
  if (verdict === 'sent' && is2xx) return { outcome: 'sent' };
  const because = discretion.of(`${robot.vendor} ${code} ${text}`);
  if (verdict === 'too-fast') {
    robot.pace.hold(now, robot.penaltyMs);
    return { outcome: 'retry', because, afterMs: robot.penaltyMs, mayHaveArrived: false };
  }
  if (!is2xx) return answerOfStatus(said, now);
  if (verdict === 'busy') return { outcome: 'retry', because, mayHaveArrived: false };
  if (verdict === 'refused') return { outcome: 'refused', because };
  // Not the robot's answer: half of one, or that of something on the way, which may have passed the message on.
  return {
    outcome: 'retry',
    because: `${robot.vendor}: an answer that is none of a robot`,
    mayHaveArrived: true,
  };
}

function codeOf(text: string, robot: Pick<Robot, 'code' | 'text'>): { code: number | null; text: string } {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== 'object' || said === null) return { code: null, text: '' };
    const fields: Readonly<Record<string, unknown>> = { ...said };
    const code = fields[robot.code];
    const words = fields[robot.text];
    return { code: typeof code === 'number' ? code : null, text: typeof words === 'string' ? words : '' };
  } catch {
    return { code: null, text: '' };
  }
}

/** A message in parts; empty ones are left out. */
export interface Parts {
  readonly title: string;
  readonly body: string;
  readonly link: string | null;
}

/** Title, body and link on lines of their own, at most so long: of the body the end is cut off, of the link nothing. */
export function textWithin(
  { body, link, title }: Parts,
  { measure, most }: { readonly most: number; readonly measure: Measure },
): string {
  const tail = link === null ? '' : `\n${link}`;
  const head = cutTo(title, most - measure(tail), measure);
  const rest = body === '' ? '' : cutTo(`\n${body}`, most - measure(head) - measure(tail), measure);
  return `${head}${rest.trimEnd()}${tail}`;
}

/** A mobile number as Chinese services know it: digits only, without 86; null: none. */
export const mobileOf = ({ phone }: Pick<Recipient, 'phone'>): string | null =>
  nationalOf(phone ?? '', '86') || null;

/**
 * A member's id as it was written down, where it can be one. `all` is none: nobody shall wake a whole group by what stands
 * in a person's record.
 */
export const memberId = (written: string | null): string | null =>
  written !== null && /^[A-Za-z0-9_.-][A-Za-z0-9_.@-]{0,63}$/.test(written) && written.toLowerCase() !== 'all'
    ? written
    : null;
