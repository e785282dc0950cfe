import { readFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import { GridbellError, messageOf } from '#model/errors.ts';
import type { Channel, ChannelType } from '#notify/channel.ts';
import { type ChannelTools, TargetRefused } from '#notify/channel-tools.ts';
import { Discretion } from '#notify/channels/discretion.ts';
import { emailMessage } from '#notify/channels/email-message.ts';
import { oneOf, Secret } from '#notify/channels/setting-schemas.ts';
import { SmtpPool } from '#notify/channels/smtp-pool.ts';
import { type SmtpAccount, SmtpFailure, SmtpSession } from '#notify/channels/smtp-session.ts';
import type { FailedAnswer } from '#notify/http-answer.ts';

/** One address and no more: no list, no comment, no quotes, no line break. */
const addressPattern =
  '^[^\\s@<>()\\[\\]\\\\,;:"\\p{Cc}]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$';
const isAddress = new RegExp(addressPattern, 'u');

const Settings = Type.Object(
  {
    host: Type.String({ pattern: '^[A-Za-z0-9.:-]+$', minLength: 1, maxLength: 253 }),
    /** 465 for `tls`, else 587. */
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    /** `starttls` (the usual), `tls`: from the first byte, `none`: only to a server of one's own. */
    security: Type.Optional(oneOf(['starttls', 'tls', 'none'])),
    /** A file in PEM with the authority of a server whose certificate is one's own. */
    caFile: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
    password: Type.Optional(Secret),
    from: Type.String({ pattern: addressPattern, maxLength: 254 }),
    fromName: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    /** Connections at a time. */
    connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
    /** The name we greet with, for servers that are strict about it. */
    helo: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9.-]+$', maxLength: 253 })),
  },
  { additionalProperties: false },
);
type Settings = Static<typeof Settings>;

/** E-mail by a mail server of the installation (RFC 5321, RFC 8314). */
export const email: ChannelType<typeof Settings> = {
  kind: 'email',
  settings: Settings,
  secrets: ['password'],
  open: openEmail,
};

function openEmail(settings: Settings, tools: ChannelTools): Channel {
  const { from, fromName = 'Gridbell', host, password, user } = settings;
  const account = accountOf(settings);
  const port = settings.port ?? (account.security === 'tls' ? 465 : 587);
  const discretion = new Discretion([password]);
  const pool = new SmtpPool({
    most: settings.connections ?? 2,
    open: async (signal) => SmtpSession.open(await tools.resolve(host, port), account, signal),
  });
  if ((user === undefined) !== (password === undefined))
    throw new GridbellError('invalid-input', 'user, password: one does not go without the other');
  return {
    reach: ({ email: address }) =>
      address !== null && isAddress.test(address) ? { reaches: true } : { reaches: false, why: 'no-address' },
    send: async (dispatch, signal) => {
      const to = dispatch.recipient.email;
      if (to === null || !isAddress.test(to))
        return { outcome: 'refused', because: 'this is no e-mail address' };
      try {
        const message = await emailMessage(dispatch, { name: fromName, address: from }, to);
        await pool.with(signal, (session) => session.send(message, { from, to }, signal));
        return { outcome: 'sent' };
      } catch (error) {
        return answerOf(error, discretion);
      }
    },
    close: async () => pool.close(),
  };
}

function accountOf({ caFile, helo, password, security = 'starttls', user }: Settings): SmtpAccount {
  if (security === 'none' && password !== undefined)
    throw new GridbellError(
      'invalid-input',
      'security: a password is not sent in the clear; use starttls or tls',
    );
  try {
    const ca = caFile === undefined ? undefined : readFileSync(caFile, 'utf8');
    return { security, user, password, ca, name: helo };
  } catch (error) {
    throw new GridbellError('invalid-input', `ca-file: cannot be read (${messageOf(error)})`, {
      cause: error,
    });
  }
}

function answerOf(error: unknown, discretion: Discretion): FailedAnswer {
  const because = discretion.of(messageOf(error));
  if (error instanceof TargetRefused) return { outcome: 'refused', because };
  if (!(error instanceof SmtpFailure)) return { outcome: 'retry', because, mayHaveArrived: false };
  const { code, stage } = error;
  // RFC 5321 §4.2.1: 5yz is for good. What our side refused of an envelope stays refused, too.
  if (code !== null ? code >= 500 : stage === 'envelope') return { outcome: 'refused', because };
  return { outcome: 'retry', because, mayHaveArrived: code === null && stage === 'data' };
}
