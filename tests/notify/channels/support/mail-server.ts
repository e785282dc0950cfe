import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  /** Unfolded, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secure: boolean;
  readonly user: string | null;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** PEM of the authority of its certificate. */
  readonly caFile: string;
  readonly mails: readonly Mail[];
  /** Connections so far. */
  readonly connections: number;
  closeConnections(): void;
}

export const account = { user: 'gridbell', password: 'p4ssword-of-ours' };

/** A failure with a code of SMTP, as the server says it. */
export const smtpError = (code: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode: code });

/** A mail server on this machine with STARTTLS and sign-in, which behaves as `options` say. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const directory = temporaryDirectory();
  const [key, cert] = [join(directory.path, 'key.pem'), join(directory.path, 'cert.pem')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const mails: Mail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    key: readFileSync(key),
    cert: readFileSync(cert),
    logger: false,
    closeTimeout: 100,
    onConnect: (_, done) => {
      connections++;
      done();
    },
    onAuth: ({ password, username }, _, done) =>
      username === account.user && password === account.password
        ? done(null, { user: username })
        : done(smtpError(535, `Invalid login for ${username} with ${password}`)),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          headers: headersOf(raw),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    caFile: cert,
    mails,
    get connections() {
      return connections;
    },
    closeConnections: () => {
      for (const connection of server.connections) connection.close();
    },
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      directory[Symbol.dispose]();
    },
  };
}

function headersOf(raw: string): Record<string, string> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
}

/** Words of a header that are encoded as RFC 2047 has it, read. */
export const wordsOf = (header: string): string =>
  header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : decodeURIComponent(text.replaceAll('_', '%20').replace(/=([0-9A-F]{2})/g, '%$1')),
    );

/** The parts of a multipart message, decoded. */
export function partsOf(raw: string): readonly { readonly type: string; readonly text: string }[] {
  const boundary = /boundary="?([^";\r\n]+)/.exec(raw)?.[1] ?? '';
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...rest] = part.trim().split('\r\n\r\n');
      const body = rest.join('\r\n\r\n');
      const type = /content-type: ([^;\r\n]+)/i.exec(head)?.[1] ?? '';
      const isBase64 = /encoding: base64/i.test(head);
      const isQuoted = /encoding: quoted-printable/i.test(head);
      const text = isBase64 ? Buffer.from(body, 'base64').toString('utf8') : isQuoted ? unquoted(body) : body;
      return { type, text };
    });
}

const unquoted = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
