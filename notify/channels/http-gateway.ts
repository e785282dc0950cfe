import { type Static, Type } from 'typebox';
import { GridbellError } from '#model/errors.ts';
import type { Channel, ChannelType, Dispatch } from '#notify/channel.ts';
import type { ChannelTools } from '#notify/channel-tools.ts';
import { ask } from '#notify/channels/ask.ts';
import { bodyForms, bodyTemplate, contentTypes, type Fields } from '#notify/channels/body-template.ts';
import { Discretion } from '#notify/channels/discretion.ts';
import { gatewayAnswer, gatewayAnswerSettings } from '#notify/channels/gateway-answer.ts';
import { internationalOf, nationalOf } from '#notify/channels/phone-number.ts';
import {
  HeaderLine,
  headersTemplate,
  UrlTemplateSetting,
  urlTemplate,
} from '#notify/channels/request-template.ts';
import { oneOf, Secret } from '#notify/channels/setting-schemas.ts';
import { templateFields } from '#notify/channels/template-fields.ts';
import { cutTo, oneLine } from '#notify/channels/text-limits.ts';

const Settings = Type.Object(
  {
    method: Type.Optional(oneOf(['POST', 'PUT', 'GET'])),
    /** A template; where it leads (up to the first `/` after the host) is fixed. */
    url: UrlTemplateSetting,
    /** `Name: value`; the value is a template. */
    headers: Type.Optional(Type.Array(HeaderLine, { maxItems: 20 })),
    /** How `body` is written, and its content type. */
    bodyType: Type.Optional(oneOf(bodyForms)),
    /** A template; none with GET. */
    body: Type.Optional(Type.String({ minLength: 1, maxLength: 16_000 })),
    /** `{{ secret }}` of the templates. */
    secret: Type.Optional(Secret),
    /** Characters that `{{ text }}` has at most. */
    maxLength: Type.Optional(Type.Integer({ minimum: 10, maximum: 2_000 })),
    /** Of numbers written without a country: `86`. */
    countryCode: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' })),
    ...gatewayAnswerSettings,
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

/** A Chinese text message has at most 500 characters, paid by the 67. */
export const sms: ChannelType<typeof Settings> = {
  kind: 'sms',
  settings: Settings,
  secrets: ['secret', 'url'],
  open: (settings, tools) => openGateway(settings, { tools, maxLength: 500 }),
};

/** Some 20 seconds of speech. */
export const voice: ChannelType<typeof Settings> = {
  kind: 'voice',
  settings: Settings,
  secrets: ['secret', 'url'],
  open: (settings, tools) => openGateway(settings, { tools, maxLength: 100 }),
};

interface Surroundings {
  readonly tools: ChannelTools;
  /** Where the settings say nothing. */
  readonly maxLength: number;
}

/**
 * A provider of text messages or calls, by its HTTP interface as the settings describe it. Interfaces that want a signature
 * computed over the request (阿里云, 腾讯云) are beyond templates: docs/channels.md says how a few lines beside them do it.
 */
function openGateway(settings: Settings, { maxLength, tools }: Surroundings): Channel {
  const { bodyType = 'json', countryCode = '86', method = 'POST', secret } = settings;
  if (method === 'GET' && settings.body !== undefined)
    throw new GridbellError('invalid-input', 'body: GET has none; put the fields into url');
  const url = urlTemplate(settings.url, tools);
  const headers = headersTemplate(settings.headers ?? [], tools);
  const body = settings.body === undefined ? null : bodyTemplate(bodyType, settings.body, tools);
  const discretion = new Discretion([secret, ...secretsIn(settings.url)]);
  const fieldsOf = (dispatch: Dispatch): Fields => {
    const { body: words, title } = dispatch.text[dispatch.recipient.language];
    const phone = dispatch.recipient.phone ?? '';
    return {
      ...templateFields(dispatch),
      text: cutTo(oneLine(words === '' ? title : `${title} ${words}`), settings.maxLength ?? maxLength),
      phone: nationalOf(phone, countryCode),
      phoneE164: internationalOf(phone, countryCode),
      secret: secret ?? null,
      now: Math.floor(tools.clock.now() / 1_000),
    };
  };
  // A template that is none, or a body that becomes none, is found when the channel opens and not when a house burns.
  tryOut({ url, headers, body });
  return {
    reach: ({ phone }) =>
      nationalOf(phone ?? '', countryCode) === '' ? { reaches: false, why: 'no-address' } : { reaches: true },
    send: async (dispatch, signal) => {
      const fields = fieldsOf(dispatch);
      const filledBody = body?.(fields);
      const request = {
        method,
        url: url(fields),
        headers: {
          ...(filledBody === undefined ? {} : { 'content-type': contentTypes[bodyType] }),
          ...headers(fields),
        },
        ...(filledBody === undefined ? {} : { body: filledBody }),
      };
      const heard = await ask(tools, request, { discretion, signal });
      return heard.said
        ? gatewayAnswer(heard.said, settings, { now: tools.clock.now(), discretion })
        : heard.answer;
    },
    close: async () => {},
  };
}

interface Templates {
  readonly url: (fields: Fields) => string;
  readonly headers: (fields: Fields) => Readonly<Record<string, string>>;
  readonly body: ((fields: Fields) => string) | null;
}

function tryOut({ body, headers, url }: Templates): void {
  const fields = {
    title: 't',
    body: 'b',
    text: 't b',
    phone: '13800000000',
    phoneE164: '+8613800000000',
    secret: 's',
  };
  url(fields);
  headers(fields);
  body?.(fields);
}

/** What stands in the query of an address may be a key. */
const secretsIn = (template: string): string[] =>
  [...template.matchAll(/[?&][^=&]+=([^&{}]+)/g)].flatMap(([, value]) =>
    value === undefined ? [] : [value],
  );
