import { type Static, Type } from 'typebox';
import { iso } from '#model/clock.ts';
import type { Channel, ChannelType, Dispatch } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { ask } from '#notify/channels/ask.ts';
import { bodyTemplate, contentTypes } from '#notify/channels/body-template.ts';
import { Discretion } from '#notify/channels/discretion.ts';
import { checkedUrl, HeaderValue, Secret, UrlSetting } from '#notify/channels/setting-schemas.ts';
import { templateFields } from '#notify/channels/template-fields.ts';
import { signatureHeaders, signingKey } from '#notify/channels/webhook-signature.ts';
import { answerOfStatus } from '#notify/http-answer.ts';

const Settings = Type.Object(
  {
    url: UrlSetting,
    /** `whsec_…`; signs each body. */
    secret: Secret,
    /** The secret of before: signs as well until receivers have changed. */
    previousSecret: Type.Optional(Secret),
    /** The header `Authorization`, for receivers that ask for it. */
    authorization: Type.Optional(HeaderValue),
    /** JSON whose strings are templates; absent: `standardBody`. */
    body: Type.Optional(Type.String({ minLength: 2, maxLength: 16_000 })),
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

/** Tells a service of somebody's own; docs/channels.md says how it checks that a message is ours. */
export const webhook: ChannelType<typeof Settings> = {
  kind: 'webhook',
  settings: Settings,
  secrets: ['secret', 'previousSecret', 'authorization', 'url'],
  open: openWebhook,
};

function openWebhook(settings: Settings, tools: ChannelTools): Channel {
  const url = checkedUrl(settings.url, 'url').href;
  const keys = [signingKey(settings.secret, 'secret')];
  if (settings.previousSecret) keys.push(signingKey(settings.previousSecret, 'previous-secret'));
  const template = settings.body === undefined ? null : bodyTemplate('json', settings.body, tools);
  const { authorization, previousSecret, secret } = settings;
  const discretion = new Discretion([settings.url, secret, previousSecret, authorization]);
  return {
    reach: () => ({ reaches: true }),
    send: async (dispatch, signal) => {
      const body = template ? template(templateFields(dispatch)) : JSON.stringify(standardBody(dispatch));
      const atSeconds = Math.floor(tools.clock.now() / 1_000);
      const headers = {
        'content-type': contentTypes.json,
        ...(authorization === undefined ? {} : { authorization }),
        ...signatureHeaders({ id: dispatch.key, atSeconds, body }, keys),
      };
      const heard = await ask(tools, { method: 'POST', url, headers, body }, { discretion, signal });
      return heard.said ? answerOfStatus(heard.said, tools.clock.now()) : heard.answer;
    },
    close: async () => {},
  };
}

/** What a webhook says when no `body` is set (docs/channels.md). */
const standardBody = (dispatch: Dispatch) => ({
  type: `notice.${dispatch.kind}`,
  timestamp: iso(dispatch.at),
  data: {
    key: dispatch.key,
    task: dispatch.task,
    category: dispatch.category,
    severity: dispatch.severity,
    lifeSafety: dispatch.lifeSafety,
    person: dispatch.recipient.person,
    text: dispatch.text,
    link: dispatch.link,
  },
});
