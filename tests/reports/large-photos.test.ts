import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ReportedCommunity } from '#tests/reports/support/reported-community.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const megabyte = Buffer.alloc(2 ** 20, 7);

/** Sends all of it before it reads what is answered, as many clients do. Throws what the connection throws. */
async function post(base: string, path: string, { isSaid, megabytes }: Photo): Promise<string> {
  const { hostname, port } = new URL(base);
  const socket = connect(Number(port), hostname);
  socket.pause();
  const lost = once(socket, 'close').then(() => {
    throw new Error('cut off while it was still sent');
  });
  lost.catch(() => undefined);
  const say = async (bytes: string | Buffer): Promise<void> => {
    if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), lost]);
  };
  const length = isSaid ? `content-length: ${megabytes * megabyte.length}` : 'transfer-encoding: chunked';
  await say(`POST ${path} HTTP/1.1\r\nhost: gridbell\r\ncontent-type: image/jpeg\r\n${length}\r\n\r\n`);
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!isSaid) await say(`${megabyte.length.toString(16)}\r\n`);
    await say(megabyte);
    if (!isSaid) await say('\r\n');
  }
  if (!isSaid) await say('0\r\n\r\n');
  return await text(socket);
}

interface Photo {
  readonly megabytes: number;
  /** Its length is in the head. */
  readonly isSaid: boolean;
}

describe('a photo of more than 10 MB', () => {
  it.each([
    { megabytes: 11, isSaid: true },
    { megabytes: 11, isSaid: false },
    { megabytes: 40, isSaid: true },
    { megabytes: 40, isSaid: false },
  ])('is refused with a problem that arrives: $megabytes MB, length said: $isSaid', async (photo) => {
    using directory = temporaryDirectory();
    await using community = await ReportedCommunity.start({ dataDir: directory.path });
    const answer = await post(community.base, '/api/v1/reports/photos', photo);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"too-large"');
  });
});
