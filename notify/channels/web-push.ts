import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import webPushLibrary from 'web-push';
import type { Answer, Channel, ChannelType, Dispatch, PushSubscription } from '#notify/channel.ts';
import type { ChannelTools, HttpRequest } from '#notify/channel-tools.ts';
import { ask } from '#notify/channels/ask.ts';
import { Discretion } from '#notify/channels/discretion.ts';
import { cutTo, utf8Bytes } from '#notify/channels/text-limits.ts';
import { answerOfStatus } from '#notify/http-answer.ts';

const Settings = Type.Object(
  {
    /** Seconds that a push service keeps a message for a device that is off. */
    ttl: Type.Optional(Type.Integer({ minimum: 0, maximum: 604_800 })),
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

const usualTtlSeconds = 3_600;
/** A push service takes 4,096 bytes with the encryption's own (RFC 8030 §7.2, RFC 8291 §4); title and body have most of it. */
const [mostTitleBytes, mostBodyBytes] = [400, 2_000];
/** A person has some devices; more come from a fault, and would make one message hundreds. */
const mostSubscriptions = 20;

/**
 * The browsers of a person who allowed it (RFC 8030), signed with the installation's key (VAPID, RFC 8292) and encrypted for the
 * browser alone (RFC 8291): the push service sees neither text nor link.
 */
export const webPush: ChannelType<typeof Settings> = {
  kind: 'web-push',
  settings: Settings,
  secrets: [],
  open: openWebPush,
};

function openWebPush({ ttl = usualTtlSeconds }: Settings, tools: ChannelTools): Channel {
  const send = async (
    dispatch: Dispatch,
    subscription: PushSubscription,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const { endpoint } = subscription;
    // A subscription that no message can be encrypted for is none.
    if (!isUsable(subscription))
      return { outcome: 'refused', because: 'this is no subscription', gone: [endpoint] };
    const request = pushRequest(dispatch, subscription, { ttl, vapid: tools.vapid });
    const discretion = new Discretion([endpoint, subscription.keys.auth, tools.vapid.privateKey]);
    const heard = await ask(tools, request, { discretion, signal });
    if (!heard.said) return heard.answer;
    const answer = answerOfStatus(heard.said, tools.clock.now());
    const isGone = heard.said.status === 404 || heard.said.status === 410;
    return isGone && answer.outcome === 'refused' ? { ...answer, gone: [endpoint] } : answer;
  };
  return {
    reach: ({ pushSubscriptions }) =>
      pushSubscriptions.length > 0 ? { reaches: true } : { reaches: false, why: 'not-signed-in' },
    send: async (dispatch, signal) => {
      const subscriptions = dispatch.recipient.pushSubscriptions.slice(-mostSubscriptions);
      return together(await Promise.all(subscriptions.map((each) => send(dispatch, each, signal))));
    },
    close: async () => {},
  };
}

/** One device that has it is enough; what may be tried again comes before what may not. */
function together(answers: readonly Answer[]): Answer {
  const gone = answers.flatMap((answer) => answer.gone ?? []);
  const best =
    answers.find(({ outcome }) => outcome === 'sent') ??
    answers.find(({ outcome }) => outcome === 'retry') ??
    answers.find(({ outcome }) => outcome === 'refused');
  if (best === undefined) return { outcome: 'refused', because: 'no browser is signed in' };
  return gone.length === 0 ? best : { ...best, gone };
}

interface PushOptions {
  readonly ttl: number;
  readonly vapid: ChannelTools['vapid'];
}

/** Of before 2016: it wants a key that nobody can get any more. */
const legacy = 'https://android.googleapis.com/gcm/';

/** Whether messages can be encrypted for it; only a subscription that fails by itself may be forgotten. */
function isUsable({ endpoint, keys: { auth, p256dh } }: PushSubscription): boolean {
  if (!URL.canParse(endpoint) || endpoint.startsWith(legacy)) return false;
  try {
    webPushLibrary.encrypt(p256dh, auth, 'x', 'aes128gcm');
    return true;
  } catch {
    return false;
  }
}

/** Throws where the installation's own key or subject is none. */
function pushRequest(
  dispatch: Dispatch,
  { endpoint, keys }: PushSubscription,
  { ttl, vapid }: PushOptions,
): HttpRequest {
  const details = webPushLibrary.generateRequestDetails(
    { endpoint, keys },
    JSON.stringify(payloadOf(dispatch)),
    {
      vapidDetails: { ...vapid, subject: subjectOf(vapid.subject) },
      TTL: ttl,
      contentEncoding: 'aes128gcm',
      urgency: dispatch.lifeSafety ? 'high' : 'normal',
      topic: topicOf(dispatch.key),
    },
  );
  const headers = Object.fromEntries(
    Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return { method: 'POST', url: details.endpoint, headers, ...(details.body ? { body: details.body } : {}) };
}

/** RFC 8292 §2.1 wants `mailto:` or `https:`; a console that is reached by plain HTTP is no reason to tell nobody. */
const subjectOf = (subject: string): string =>
  /^(mailto:|https:\/\/)/.test(subject) ? subject : 'mailto:nobody@example.invalid';

/** What the console's service worker shows. */
const payloadOf = ({
  at,
  key,
  kind,
  lifeSafety,
  link,
  recipient,
  severity,
  task,
  text,
}: Dispatch): object => {
  const { body, title } = text[recipient.language];
  return {
    key,
    kind,
    at,
    severity,
    lifeSafety,
    task,
    title: cutTo(title, mostTitleBytes, utf8Bytes),
    body: cutTo(body, mostBodyBytes, utf8Bytes),
    link,
  };
};

/** A later try of a message takes the place of an earlier one that still waits (RFC 8030 §5.4: 32 characters of base64url). */
const topicOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 32);
