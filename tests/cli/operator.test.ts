import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Asked, gridbell, operatorSocket } from '#tests/cli/terminal.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

describe('a command on a running platform', () => {
  it('sends a community file as it is written', async () => {
    using data = temporaryDirectory();
    await using socket = await operatorSocket(data.path, () => ({ body: { places: 2 } }));
    const file = join(data.path, 'community.yaml');
    await writeFile(file, 'community: { id: c1 }\n');
    const { code, out } = await gridbell(['import', file, '--json', '--data-dir', data.path]);
    expect({ code, out }).toEqual({ code: 0, out: '{"places":2}' });
    expect(socket.asked).toEqual([
      {
        method: 'POST',
        path: '/api/v1/import',
        contentType: 'application/yaml',
        body: 'community: { id: c1 }\n',
      },
    ]);
  });

  it('shows the counts of an import and the tokens that it made', async () => {
    using data = temporaryDirectory();
    await using _ = await operatorSocket(data.path, () => ({
      body: { created: 3, updated: 1, unchanged: 0, tokens: { d1: 'sesame' } },
    }));
    const { out } = await gridbell(['import', '-', '--data-dir', data.path], {
      input: 'community: { id: c }',
    });
    expect(out).toBe('3 created, 1 updated, 0 unchanged\nd1\ttoken sesame');
  });

  it('writes the export as YAML, and as JSON into a .json file', async () => {
    using data = temporaryDirectory();
    const community = { community: { id: 'c1', name: { zh: '一' } }, devices: [{ id: 'd1' }] };
    await using _ = await operatorSocket(data.path, () => ({ body: community }));
    const { out } = await gridbell(['export', '--data-dir', data.path]);
    expect(parse(out)).toEqual(community);
    const file = join(data.path, 'out.json');
    expect(await gridbell(['export', file, '--data-dir', data.path])).toMatchObject({ code: 0, out: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(community);
  });

  it('writes YAML in which clock times stay texts for every parser', async () => {
    using data = temporaryDirectory();
    const shift = { from: '08:00', to: '24:00', person: 'off' };
    await using _ = await operatorSocket(data.path, () => ({ body: { rosters: [{ shifts: [shift] }] } }));
    const { out } = await gridbell(['export', '--data-dir', data.path]);
    for (const text of ['"08:00"', '"24:00"', '"off"']) expect(out).toContain(text);
  });

  it('lists all pages', async () => {
    using data = temporaryDirectory();
    await using _ = await operatorSocket(data.path, ({ path }) => ({
      body: path.includes('cursor=two')
        ? { items: [{ id: 'd2', kind: 'door', place: 'b1' }], next: null }
        : { items: [{ id: 'd1', kind: 'smoke-detector', place: 'b3' }], next: 'two' },
    }));
    const { out } = await gridbell(['device', 'list', '--data-dir', data.path]);
    expect(out.split('\n')).toEqual([
      'id  kind            place  resident',
      'd1  smoke-detector  b3',
      'd2  door            b1',
    ]);
    const listed = await gridbell(['device', 'list', '--json', '--data-dir', data.path]);
    expect(JSON.parse(listed.out)).toHaveLength(2);
  });

  it('shows a token that was made, once', async () => {
    using data = temporaryDirectory();
    await using socket = await operatorSocket(data.path, () => ({ body: { token: 'sesame' } }));
    const added = await gridbell(
      ['device', 'add', 'd1', '--kind', 'door', '--place', 'b1', '--tag', 'x', '--data-dir', data.path],
      { env: {} },
    );
    expect(added.out).toBe('added d1\ttoken sesame');
    const created = await gridbell(
      ['token', 'create', '--role', 'auditor', '--name', 'board', '--place', 'g1', '--data-dir', data.path],
      {},
    );
    expect(created.out).toBe('board\ttoken sesame');
    expect(socket.asked.map(({ path, body }: Asked) => [path, JSON.parse(body)])).toEqual([
      ['/api/v1/devices', { id: 'd1', kind: 'door', place: 'b1', tags: ['x'] }],
      ['/api/v1/tokens', { role: 'auditor', name: 'board', places: ['g1'] }],
    ]);
  });

  it('says a refusal in one line with its code and what to do next', async () => {
    using data = temporaryDirectory();
    await using _ = await operatorSocket(data.path, () => ({
      status: 404,
      body: { title: 'There is no such thing', detail: 'no device d9', code: 'not-found' },
    }));
    const { code, err } = await gridbell(['device', 'rotate-token', 'd9', '--data-dir', data.path]);
    expect(code).toBe(1);
    expect(err).toEqual([
      'gridbell: There is no such thing: no device d9 (not-found); gridbell device list shows what there is',
    ]);
  });

  it.each([
    ['already-exists', /\(already-exists\); gridbell import FILE changes what stands; or take another id$/],
    ['unknown-reference', /; bring in first what it names, with gridbell import FILE, or correct the id$/],
    ['disk-full', /; make room on the disk of the data directory and run it again$/],
    ['something-new', /\(something-new\); run it again; the log of the platform tells more$/],
  ])('says what to do about %s', async (code, said) => {
    using data = temporaryDirectory();
    await using _ = await operatorSocket(data.path, () => ({
      status: 409,
      body: { title: 'This', detail: 'is so.', code },
    }));
    const { err } = await gridbell([
      'device',
      'add',
      'd1',
      '--kind',
      'door',
      '--place',
      'b1',
      '--data-dir',
      data.path,
    ]);
    expect(err).toEqual([expect.stringMatching(said)]);
  });

  it('changes the password of an account that stands', async () => {
    using data = temporaryDirectory();
    await using socket = await operatorSocket(data.path, () => ({ body: {} }));
    await gridbell(['user', 'set-password', 'admin', '--password-stdin', '--data-dir', data.path], {
      input: 'another one\r\n',
    });
    expect(socket.asked.map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
      ['PATCH', '/api/v1/users/admin', { password: 'another one' }],
    ]);
  });

  it('passes the password from standard input without its line end', async () => {
    using data = temporaryDirectory();
    await using socket = await operatorSocket(data.path, () => ({ body: {} }));
    await gridbell(
      [
        'user',
        'add',
        'zhou',
        '--role',
        'grid-worker',
        '--person',
        'w-zhou',
        '--password-stdin',
        '--data-dir',
        data.path,
      ],
      { input: 'long enough\n' },
    );
    expect(socket.asked.map(({ body }) => JSON.parse(body))).toEqual([
      expect.objectContaining({ role: 'grid-worker', person: 'w-zhou', password: 'long enough' }),
    ]);
  });
});

describe('a socket file that a killed platform left', () => {
  it('counts as no platform', async () => {
    using data = temporaryDirectory();
    const path = join(data.path, 'gridbell.sock');
    const holder = spawn(process.execPath, [
      '-e',
      `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`,
    ]);
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    await once(holder, 'close');
    expect(existsSync(path)).toBe(true);
    const { code, err } = await gridbell([
      'replay',
      'x.csv',
      '--map',
      'examples/recordings/smoke-detection-iot/map.yaml',
      '--data-dir',
      data.path,
    ]);
    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('no platform runs')]);
  });
});
