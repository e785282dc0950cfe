import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gridbell } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

const run = { rows: 3, bytes: 12, share: 0.42, reason: 'the disk is gone', leftOut: [] };

/** Stands where the operator's socket is; an export is answered as the test says. */
async function exporting(dataDir: string, answer: (response: ServerResponse) => void | Promise<void>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (!path.startsWith('/api/v1/readings/export')) {
      const leftOut = [{ property: 'mood', devices: 2 }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(path.startsWith('/api/v1/exports/') ? { ...run, leftOut } : {}));
      return;
    }
    asked.push(path);
    void answer(response);
  });
  await new Promise<void>((resolve) => server.listen(join(dataDir, 'gridbell.sock'), resolve));
  return {
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const whole = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/csv' });
  response.write('device,');
  response.end('time\r\n');
};

describe('gridbell history export', () => {
  it('asks for what was chosen, writes a file for its owner alone, and says what was left out', async () => {
    using data = temporaryDirectory();
    await using socket = await exporting(data.path, whole);
    const file = join(data.path, 'out.parquet');
    const chosen = ['--place', 'b3,b9', '--property', 'smoke', '--every', '1h', '--fn', 'max'];
    const from = ['--from', '2026-01-01T00:00:00+08:00', '--data-dir', data.path];
    const { code, err, out } = await gridbell(['history', 'export', file, ...chosen, ...from]);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `3 rows, 12 bytes: ${file}`,
      err: ['left out, for your role does not see it: mood of 2 devices'],
    });
    expect(await readFile(file, 'utf8')).toBe('device,time\r\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { searchParams } = new URL(socket.asked[0] ?? '', 'http://localhost');
    const { id, ...query } = Object.fromEntries(searchParams);
    expect(id).toMatch(/^[\w-]{36}$/);
    expect(query).toEqual({
      format: 'parquet',
      place: 'b3,b9',
      property: 'smoke',
      every: '1h',
      fn: 'max',
      from: '2026-01-01T00:00:00+08:00',
    });
  });

  it('writes to standard output what it gets, byte by byte, and nothing else', async () => {
    using data = temporaryDirectory();
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await using _ = await exporting(data.path, (response) => void response.end(bytes));
    const ran = await gridbell(['history', 'export', '-', '--data-dir', data.path]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 0, out: '' });
    expect([...ran.bytes]).toEqual([...bytes]);
  });

  it('leaves no file when the export breaks off, neither under its name nor another, and what stood there stands', async () => {
    using data = temporaryDirectory();
    await using _ = await exporting(data.path, (response) => {
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.write('device,time\r\n', () => response.destroy());
    });
    const before = await readdir(data.path);
    const file = join(data.path, 'out.csv');
    const { code, err } = await gridbell(['history', 'export', file, '--data-dir', data.path]);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('the export broke off (the disk is gone)')]);
    expect(err[0]).toContain('was not written; run it again');
    expect(await readdir(data.path)).toEqual(before);
    const toStandardOutput = await gridbell(['history', 'export', '-', '--data-dir', data.path]);
    expect(toStandardOutput.code).toBe(1);
  });

  it('says why it was refused and where a file cannot be written, and leaves nothing', async () => {
    using data = temporaryDirectory();
    await using _ = await exporting(data.path, (response) => {
      response.writeHead(429, { 'content-type': 'application/problem+json' });
      const detail = '2 exports run, as many as may: wait until one has ended.';
      response.end(JSON.stringify({ title: 'Too many requests', detail, code: 'too-many-requests' }));
    });
    const file = join(data.path, 'out.csv');
    const { code, err } = await gridbell(['history', 'export', file, '--data-dir', data.path]);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('2 exports run')]);
    expect(existsSync(file) || existsSync(`${file}.part`)).toBe(false);

    using other = temporaryDirectory();
    await using __ = await exporting(other.path, whole);
    const nowhere = join(other.path, 'none', 'out.csv');
    const refused = await gridbell(['history', 'export', nowhere, '--data-dir', other.path]);
    expect(refused.code).toBe(1);
    expect(refused.err).toEqual([expect.stringContaining('cannot be written')]);
  });

  it('shows how far it is where somebody watches, and nowhere else', async () => {
    using data = temporaryDirectory();
    let end = (): void => {};
    await using _ = await exporting(data.path, async (response) => {
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.write('device\r\n');
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      response.end();
    });
    const file = join(data.path, 'out.csv');
    const seen: string[] = [];
    const { code, live } = await gridbell(['history', 'export', file, '--data-dir', data.path], {
      live: (line) => {
        seen.push(line);
        end();
      },
    });
    expect({ code, live: live[0] }).toEqual({
      code: 0,
      live: expect.stringMatching(/^42 %, 3 rows \(\d\/s\), 0\.0 MB$/),
    });
    expect(seen).toEqual(live);
  });
});
