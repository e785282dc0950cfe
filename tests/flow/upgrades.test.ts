import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';
import { RunningPlatform } from './support/running-platform.ts';

const asked = (line: string, rest = ''): string =>
  `${line} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${rest}`;

const opened = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

/** Asks, and breaks the connection off without waiting for anything. */
async function breakOff(port: number, text: string): Promise<void> {
  const socket = await opened(port);
  await new Promise((resolve) => socket.write(text, resolve));
  socket.resetAndDestroy();
}

async function answerTo(port: number, text: string): Promise<string> {
  const socket = await opened(port);
  socket.setEncoding('utf8').write(text);
  const [answer] = (await once(socket, 'data')) as [string];
  socket.destroy();
  return answer;
}

it('who asks for another protocol and breaks off, without an account, ends nothing but the own connection', async () => {
  using directory = temporaryDirectory();
  await using platform = await RunningPlatform.start({ dataDir: directory.path });
  const { http } = platform.ready;
  const comms = asked(
    'GET /flows/comms',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  for (let round = 0; round < 50; round += 1) {
    await breakOff(http, comms);
    await breakOff(http, asked('GET /health/live', '\r\n'));
    await breakOff(http, asked('POST /api/v1/session', 'Content-Length: 50\r\n\r\n{'));
  }
  expect((await fetch(`http://127.0.0.1:${http}/health/live`)).status).toBe(200);
  expect(await answerTo(http, comms)).toContain('401 Unauthorized');
});

it('a request that asks for another protocol elsewhere is answered as if it had not, with its body read', async () => {
  using directory = temporaryDirectory();
  await using platform = await RunningPlatform.start({ dataDir: directory.path });
  const { http } = platform.ready;
  expect(await answerTo(http, asked('GET /health/live', '\r\n'))).toContain('200 OK');
  const body = JSON.stringify({ username: 'admin', password: 'wrong' });
  const signIn = asked(
    'POST /api/v1/session',
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  expect(await answerTo(http, signIn)).toContain('401 Unauthorized');
  expect(await platform.stop()).toBe(0);
});
