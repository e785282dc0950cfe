import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { TargetRefused } from '#notify/channel-tools.ts';
import { email } from '#notify/channels/email.ts';
import { messageId } from '#notify/channels/email-message.ts';
import { testTools } from '#tests/notify/channels/support/channel-tools.ts';
import {
  account,
  type MailServer,
  partsOf,
  smtpError,
  startMailServer,
  wordsOf,
} from '#tests/notify/channels/support/mail-server.ts';
import { sampleDispatch, saying, zhou } from '#tests/notify/channels/support/sample-dispatch.ts';

const soon = (): AbortSignal => AbortSignal.timeout(60_000);
const from = 'bell@grid.example.org';
const settingsFor = ({ caFile, port }: Pick<MailServer, 'caFile' | 'port'>) => ({
  host: 'localhost',
  port,
  caFile,
  from,
  fromName: '网格铃',
  ...account,
});

describe('e-mail', () => {
  it('goes out encrypted and signed in, in text and simple HTML', async () => {
    await using server = await startMailServer();
    const channel = email.open(settingsFor(server), testTools());
    expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
    await channel.close();
    const [mail] = server.mails;
    if (!mail) throw new Error('nothing came');
    expect(mail).toMatchObject({ from, to: ['zhou@example.org'], secure: true, user: account.user });
    const { link, text } = sampleDispatch();
    expect(wordsOf(mail.headers['subject'] ?? '')).toBe(text.zh.title);
    expect(wordsOf(mail.headers['from'] ?? '')).toBe(`网格铃 <${from}>`);
    expect(mail.headers).toMatchObject({ 'auto-submitted': 'auto-generated', importance: 'high' });
    expect(mail.headers['list-unsubscribe']).toBeUndefined();
    expect(mail.headers['date']).toBe('Sun, 01 Mar 2026 08:00:00 +0000');
    const [plain, html] = partsOf(mail.raw);
    expect(plain?.text).toContain(`${text.zh.body.replace('\n', '\r\n')}\r\n\r\n${link}`);
    expect(html?.text).toContain(`<a href="${link}">`);
  });

  it('speaks TLS from the first byte where it is told to', async () => {
    await using server = await startMailServer({ secure: true });
    const channel = email.open({ ...settingsFor(server), security: 'tls' }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
    await channel.close();
  });

  it('has one Message-ID for all tries of a message', async () => {
    await using server = await startMailServer();
    const channel = email.open(settingsFor(server), testTools());
    for (const attempt of [1, 2]) await channel.send(sampleDispatch({ attempt }), soon());
    await channel.send(sampleDispatch({ key: 'other' }), soon());
    await channel.close();
    const [first, second, third] = server.mails.map(({ headers }) => headers['message-id']);
    expect(first).toBe(messageId(sampleDispatch().key, from));
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('makes no header and no HTML of what stands in a name', async () => {
    await using server = await startMailServer();
    const channel = email.open(settingsFor(server), testTools());
    const wicked = 'Fire\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>';
    const recipient = { ...zhou, name: 'Zhou" <evil@example.org>\r\nX-Evil: 1' };
    const link = 'https://grid.example.org/"><script>';
    await channel.send(saying(wicked, '.\r\n<img src=x>', { recipient, link }), soon());
    await channel.close();
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['zhou@example.org']);
    expect(Object.keys(mail?.headers ?? {})).not.toEqual(expect.arrayContaining(['bcc']));
    expect(mail?.headers['x-evil']).toBeUndefined();
    expect(partsOf(mail?.raw ?? '')[1]?.text).not.toMatch(/<script|<img/);
  });

  it.each([
    'a@b.example, c@d.example',
    'a b@c.example',
    'x@y.example\r\nRCPT TO:<z@z.example>',
    'none',
    '"a"@b.example',
  ])('reaches nobody at %j', (address) => {
    const channel = email.open({ host: 'localhost', from }, testTools());
    expect(channel.reach({ ...zhou, email: address })).toEqual({ reaches: false, why: 'no-address' });
  });

  it('keeps a connection for the next message, and makes another when that was cut', async () => {
    await using server = await startMailServer();
    const channel = email.open({ ...settingsFor(server), connections: 1 }, testTools());
    for (let count = 0; count < 3; count++) await channel.send(sampleDispatch(), soon());
    expect(server.connections).toBe(1);
    server.closeConnections();
    expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
    expect(server.connections).toBe(2);
    await channel.close();
  });

  it('has no more connections at a time than it may', async () => {
    await using server = await startMailServer();
    const channel = email.open({ ...settingsFor(server), connections: 2 }, testTools());
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => channel.send(sampleDispatch(), soon())),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 8 }, () => 'sent'));
    expect(server.connections).toBe(2);
    await channel.close();
  });
});

describe('a mail server that does not take a message', () => {
  const sendTo = async (server: MailServer, settings: object = {}) => {
    const channel = email.open({ ...settingsFor(server), ...settings }, testTools());
    const answer = await channel.send(sampleDispatch(), soon());
    await channel.close();
    return answer;
  };

  it('for now (greylisting) gets it again', async () => {
    await using server = await startMailServer({
      onRcptTo: (_, __, done) => done(smtpError(451, 'Greylisted, try again')),
    });
    expect(await sendTo(server)).toMatchObject({ outcome: 'retry', mayHaveArrived: false });
  });

  it('for good does not', async () => {
    await using server = await startMailServer({
      onRcptTo: (_, __, done) => done(smtpError(550, 'No such user')),
    });
    expect(await sendTo(server)).toMatchObject({
      outcome: 'refused',
      because: expect.stringContaining('No such user'),
    });
  });

  it.each([
    [452, { outcome: 'retry', mayHaveArrived: false }],
    [554, { outcome: 'refused' }],
  ])('after it read it (%i) says so, and the connection serves the next', async (code, answer) => {
    let isFirst = true;
    await using server = await startMailServer({
      onData: (stream, _, done) => {
        stream.resume();
        stream.on('end', () => (isFirst ? done(smtpError(code, 'Not this')) : done()));
      },
    });
    const channel = email.open({ ...settingsFor(server), connections: 1 }, testTools());
    expect(await channel.send(sampleDispatch(), soon())).toMatchObject(answer);
    isFirst = false;
    expect(await channel.send(sampleDispatch(), soon())).toEqual({ outcome: 'sent' });
    expect(server.connections).toBe(1);
    await channel.close();
  });

  it('since the password is wrong is not asked again, and the password stays secret', async () => {
    await using server = await startMailServer();
    const answer = await sendTo(server, { password: 'wr0ng-p4ssword' });
    expect(answer).toMatchObject({ outcome: 'refused', because: expect.stringContaining('***') });
    expect(JSON.stringify(answer)).not.toContain('wr0ng-p4ssword');
  });

  it('since it has no STARTTLS gets nothing, not even the password', async () => {
    const users: string[] = [];
    await using server = await startMailServer({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username = '' }, _, done) => {
        users.push(username);
        done(null, { user: username });
      },
    });
    expect(await sendTo(server)).toMatchObject({ outcome: 'refused' });
    expect([users, server.mails]).toEqual([[], []]);
  });

  it('since nobody vouches for its certificate gets nothing', async () => {
    await using server = await startMailServer();
    await using other = await startMailServer();
    expect(await sendTo(server, { caFile: other.caFile })).toMatchObject({
      outcome: 'retry',
      mayHaveArrived: false,
    });
    expect(server.mails).toEqual([]);
  });

  /** A server that reads a message whole and says nothing, and a signal that ends when it has. */
  const startHangingServer = async () => {
    const given = new AbortController();
    const server = await startMailServer({
      onData: (stream) => stream.resume().on('end', () => given.abort(new Error('long enough'))),
    });
    return { server, signal: given.signal };
  };

  it('and hangs after it read it may have taken it', async () => {
    const { server, signal } = await startHangingServer();
    await using _ = server;
    const channel = email.open(settingsFor(server), testTools());
    const answer = await channel.send(sampleDispatch(), signal);
    expect(answer).toEqual({ outcome: 'retry', because: 'took too long', mayHaveArrived: true });
    await channel.close();
  });

  it('lets a message that waits for a connection go when its time is over', async () => {
    const { server, signal } = await startHangingServer();
    await using _ = server;
    const channel = email.open({ ...settingsFor(server), connections: 1 }, testTools());
    const first = channel.send(sampleDispatch(), signal);
    const second = await channel.send(sampleDispatch(), AbortSignal.timeout(1));
    expect(second).toMatchObject({ outcome: 'retry', mayHaveArrived: false });
    expect(await first).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
    await channel.close();
  });

  it.each<[string, (socket: Socket) => void, number]>([
    ['says nothing', () => {}, 100],
    ['breaks the connection', (socket) => socket.resetAndDestroy(), 5_000],
    ['talks nonsense', (socket) => socket.end(Buffer.alloc(200_000, 0xff)), 5_000],
    ['talks without end', (socket) => socket.write(`220-${'x'.repeat(900)}\r\n`.repeat(200)), 5_000],
    ['has no service', (socket) => socket.end('421 Too busy\r\n'), 5_000],
  ])('and %s is tried again', async (_, behave, withinMs) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      behave(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const channel = email.open({ host: 'localhost', port, from }, testTools());
    const answer = await channel.send(sampleDispatch(), AbortSignal.timeout(withinMs));
    expect(answer).toMatchObject({ outcome: 'retry', mayHaveArrived: false });
    await channel.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('that may not be talked to is not', async () => {
    const resolve = async (): Promise<never> => {
      throw new TargetRefused('10.0.0.1 is private');
    };
    const channel = email.open({ host: 'mail.example', from }, testTools({ resolve }));
    expect(await channel.send(sampleDispatch(), soon())).toEqual({
      outcome: 'refused',
      because: '10.0.0.1 is private',
    });
  });
});

it.each([
  [{ user: 'gridbell' }, /one does not go without the other/],
  [{ ...account, security: 'none' as const }, /a password is not sent in the clear/],
  [{ caFile: '/no/such/file.pem' }, /^ca-file: cannot be read/],
])('e-mail refuses settings that cannot be right: %j', (wrong, message) => {
  expect(() => email.open({ host: 'localhost', from, ...wrong }, testTools())).toThrow(message);
});
