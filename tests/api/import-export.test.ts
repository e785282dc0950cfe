import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runningApi, sampleCommunity } from '#tests/api/support/running-api.ts';

const importing = (payload: string, type = 'application/yaml') =>
  ({ method: 'POST', url: '/api/v1/import', headers: { 'content-type': type }, payload }) as const;

/** Without secrets, each list in the order of ids. */
function withoutSecrets(file: Record<string, unknown>): unknown {
  const byId = (a: { id?: string; place?: string }, b: { id?: string; place?: string }) =>
    (a.id ?? a.place ?? '') < (b.id ?? b.place ?? '') ? -1 : 1;
  return Object.fromEntries(
    Object.entries(file).map(([name, entries]) => [
      name,
      Array.isArray(entries)
        ? entries
            .map(({ token: _token, account, ...rest }) =>
              account === undefined ? rest : { ...rest, account: {} },
            )
            .sort(byId)
        : entries,
    ]),
  );
}

describe('import and export', () => {
  it('tells what was made, and each new token once', async () => {
    await using api = await runningApi({ isEmpty: true });
    const answer = await api.call('admin', importing(sampleCommunity));
    expect(answer.statusCode).toBe(200);
    const { tokens, ...counts } = answer.json();
    expect(counts).toEqual({ created: 21, updated: 0, unchanged: 0 });
    expect(Object.keys(tokens)).toEqual(['watch-0502']);
    expect(tokens['watch-0502']).toHaveLength(43);
  });

  it('sends nothing to the engine when the same file comes again', async () => {
    await using api = await runningApi();
    const before = api.engine.executed.length;
    const answer = await api.call('admin', importing(sampleCommunity));
    expect(answer.json()).toEqual({ created: 0, updated: 0, unchanged: 21, tokens: {} });
    expect(api.engine.executed.length).toBe(before);
  });

  it('gives back what came in, sorted, without secrets', async () => {
    await using api = await runningApi();
    const answer = await api.call('admin', {
      method: 'GET',
      url: '/api/v1/export',
      headers: { accept: 'application/yaml' },
    });
    expect(answer.headers['content-type']).toContain('yaml');
    expect(parse(answer.body)).toEqual(withoutSecrets(parse(sampleCommunity)));
    for (const secret of ['smoke-secret', 'pw-care', 'scrypt', 'tokenHash'])
      expect(answer.body).not.toContain(secret);
    const json = await api.get('admin', '/export');
    expect(json.json()).toEqual(parse(answer.body));
    const again = await api.call('admin', importing(answer.body));
    expect(again.json()).toMatchObject({ created: 0, updated: 0 });
  });

  it('takes JSON with kebab-case and with camelCase keys', async () => {
    await using api = await runningApi();
    const device = { id: 'new-1', kind: 'door', place: 'b3' };
    for (const [index, key] of ['expect-every', 'expectEvery'].entries()) {
      const file = { community: { id: 'lianfang-1' }, devices: [{ ...device, [key]: `${index + 1}h` }] };
      const answer = await api.call('admin', importing(JSON.stringify(file), 'application/json'));
      expect(answer.statusCode).toBe(200);
      expect((await api.get('admin', '/devices/new-1')).json()).toMatchObject({
        expectEvery: `${index + 1}h`,
      });
    }
  });

  it('names everything that is wrong at once, each with its place in the file', async () => {
    await using api = await runningApi();
    const many = Array.from(
      { length: 12 },
      (_, index) => `  - { id: x${index}, kind: cave, parent: g1 }`,
    ).join('\n');
    const answer = await api.call(
      'admin',
      importing(
        `community: { id: lianfang-1 }\nplaces:\n${many}\nresidents:\n  - { id: r1, place: g1, livesalone: true }\n`,
      ),
    );
    expect(answer.statusCode).toBe(400);
    const { code, issues } = answer.json();
    expect(code).toBe('invalid-input');
    expect(issues).toHaveLength(13);
    expect(issues).toContainEqual({ path: 'residents[0].livesalone', message: 'is not known' });
    expect(issues[11].path).toBe('places[11].kind');
  });

  it('names every reference that leads nowhere, and changes nothing', async () => {
    await using api = await runningApi();
    const before = api.engine.executed.length;
    const answer = await api.call(
      'admin',
      importing(`
community: { id: lianfang-1, timezone: Mars/Base }
places: [ { id: a, kind: area, parent: b }, { id: b, kind: area, parent: a }, { id: c, kind: area, parent: nowhere } ]
devices: [ { id: d, kind: door, place: c, resident: nobody }, { id: d, kind: door, place: c } ]
rosters: [ { place: g1, role: grid-worker, shifts: [ { days: mon, from: "08:00", to: "09:00", person: ghost } ] } ]
`),
    );
    expect(answer.statusCode).toBe(422);
    expect(answer.json().code).toBe('unknown-reference');
    expect(
      answer
        .json()
        .issues.map((issue: { path: string }) => issue.path)
        .sort(),
    ).toEqual([
      'community.timezone',
      'devices[0].resident',
      'devices[1].id',
      'places',
      'places[2].parent',
      'rosters[0].shifts[0].person',
    ]);
    expect(api.engine.executed.length).toBe(before);
  });

  it('says where YAML breaks', async () => {
    await using api = await runningApi();
    const answer = await api.call('admin', importing('community: { id: x\nplaces: ]'));
    expect(answer.statusCode).toBe(400);
    expect(answer.json().issues[0].path).toMatch(/^line \d+, column \d+$/);
  });

  it('needs no community in a file when one stands, and says so where none does', async () => {
    await using api = await runningApi();
    const file = 'devices: [ { id: new-1, kind: door, place: b3 } ]';
    const answer = await api.call('admin', importing(file));
    expect(answer.json()).toMatchObject({ created: 1, updated: 0 });
    expect((await api.get('admin', '/export')).json().community).toMatchObject({ id: 'lianfang-1' });
    await using empty = await runningApi({ isEmpty: true });
    const refused = await empty.call('admin', importing(file));
    expect(refused.statusCode).toBe(400);
    expect(refused.json().issues).toEqual([
      { path: 'community', message: expect.stringContaining('the first file says which it is') },
    ]);
  });

  it('writes YAML that parsers of YAML 1.1 read in the same way', async () => {
    await using api = await runningApi();
    await api.send('admin', 'PATCH', '/rosters/g1.grid-worker', {
      shifts: [{ days: 'mon', from: '08:00', to: '24:00', person: 'p-worker' }],
    });
    await api.send('admin', 'PATCH', '/places/b9', {
      name: 'on',
      tags: ['no', 'Y', '017', '1_0', '2026-01-01'],
    });
    const { body } = await api.call('admin', {
      method: 'GET',
      url: '/api/v1/export',
      headers: { accept: 'application/yaml' },
    });
    for (const text of ['08:00', '24:00', 'on', 'no', 'Y', '017', '1_0', '2026-01-01'])
      expect(body).toContain(`"${text}"`);
    expect(body).toContain('kind: building');
    const places = parse(body, { version: '1.1' }).places as { id: string; tags?: string[] }[];
    expect(places.find(({ id }) => id === 'b9')).toMatchObject({
      name: 'on',
      tags: ['no', 'Y', '017', '1_0', '2026-01-01'],
    });
  });

  it('refuses another community with the one that stands', async () => {
    await using api = await runningApi();
    const answer = await api.call('admin', importing('community: { id: other }'));
    expect(answer.statusCode).toBe(409);
    expect(answer.json().standing).toMatchObject({ id: 'lianfang-1' });
  });
});
