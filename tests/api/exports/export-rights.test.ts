import { describe, expect, it } from 'vitest';
import { type ExportingApi, exportingApi, type Said } from '#tests/api/exports/exporting-api.ts';
import { start } from '#tests/api/support/running-api.ts';
import { openTemporary } from '#tests/store/history/open-duckdb.ts';

const said: Said[] = [
  { device: 'smoke-b3-05', property: 'smoke', at: start, value: false },
  { device: 'watch-0502', property: 'heart-rate', at: start, value: 72 },
  { device: 'watch-0502', property: 'motion', at: start, value: true },
  { device: 'watch-0502', property: 'mood', at: start, value: 'well' },
  { device: 'smoke-b9', property: 'smoke', at: start, value: true },
];

async function exporting(): Promise<ExportingApi> {
  const api = await exportingApi(() => openTemporary());
  await api.say(said);
  return api;
}

async function seenBy(api: ExportingApi, account: string, query = ''): Promise<string[]> {
  const { body } = await api.get(account, `/readings/export?format=jsonl${query}`);
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Said)
    .map(({ device, property }) => `${device} ${property}`);
}

describe('who sees what of an export', () => {
  it('is who sees it in the readings: by role and by place, what nobody defined as health', async () => {
    await using api = await exporting();
    const [smoke, watch] = ['smoke-b3-05 smoke', 'watch-0502'];
    expect(await seenBy(api, 'p-care')).toEqual([
      smoke,
      `${watch} heart-rate`,
      `${watch} mood`,
      `${watch} motion`,
    ]);
    expect(await seenBy(api, 'p-manager')).toEqual([smoke, `${watch} motion`]);
    expect(await seenBy(api, 'p-auditor')).toEqual([smoke, 'smoke-b9 smoke']);
    expect(await seenBy(api, 'p-elsewhere')).toEqual(['smoke-b9 smoke']);
    expect(await seenBy(api, 'admin')).toHaveLength(said.length);
  });

  it('says what was left out, in the head of the answer and in the list of exports', async () => {
    await using api = await exporting();
    const answer = await api.get('p-manager', '/readings/export?place=b3');
    expect(answer.headers['gridbell-left-out']).toBe('heart-rate;devices=1, mood;devices=1');
    const [run] = (await api.get('p-manager', '/exports')).json().items;
    expect(run).toMatchObject({
      id: answer.headers['gridbell-export'],
      state: 'done',
      format: 'csv',
      by: 'p-manager',
      series: 2,
      leftOut: [
        { property: 'heart-rate', devices: 1 },
        { property: 'mood', devices: 1 },
      ],
      rows: 2,
      share: 1,
      reason: null,
    });
    expect((await api.get('p-care', '/readings/export?place=b3')).headers['gridbell-left-out']).toBe('');
  });

  it('refuses a property that the role sees of none of the devices, and what lies in places of others', async () => {
    await using api = await exporting();
    const status = async (account: string, query: string) =>
      (await api.get(account, `/readings/export?${query}`)).statusCode;
    expect(await status('p-manager', 'property=heart-rate')).toBe(403);
    expect(await status('p-manager', 'property=smoke,mood&place=b3')).toBe(200);
    expect(await status('p-manager', 'device=watch-0502&property=mood')).toBe(403);
    expect(await status('p-care', 'property=heart-rate')).toBe(200);
    expect(await status('p-care', 'device=smoke-b3-05,smoke-b9')).toBe(403);
    expect(await status('p-care', 'place=g1,g2')).toBe(403);
    expect(await status('p-care', 'series=smoke-b3-05:smoke,smoke-b9:smoke')).toBe(403);
    expect(await status('p-manager', 'series=smoke-b3-05:smoke,watch-0502:heart-rate')).toBe(403);
    expect(await status('admin', 'series=none:smoke')).toBe(404);
    expect(await status('p-volunteer', 'property=smoke')).toBe(403);
    expect(await status('admin', 'device=none')).toBe(404);
    expect(await status('admin', 'place=none')).toBe(404);
    expect(await status('admin', 'place=lianfang-1')).toBe(200);
  });

  it('refuses ranges, lengths and names that are none', async () => {
    await using api = await exporting();
    for (const query of [
      'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      'from=yesterday',
      'every=x',
      'every=500ms',
      'every=25h',
      'fn=max',
      'format=xlsx',
      'id=short',
      'rooms=1',
      'series=smoke',
    ])
      expect((await api.get('admin', `/readings/export?${query}`)).statusCode, query).toBe(400);
  });

  it('notes personal and health readings in the audit before the first of them leaves, with every device', async () => {
    await using api = await exporting();
    const noted = () =>
      api.engine.executed.flatMap(({ actor, command }) =>
        command.name === 'note-history' ? command.lines.map(({ detail }) => [actor.id, detail]) : [],
      );
    await api.get('p-manager', '/readings/export?property=smoke');
    expect(noted()).toEqual([]);
    const { headers } = await api.get('p-care', '/readings/export?format=jsonl&from=2026-01-01T00:00:00Z');
    const id = String(headers['gridbell-export']);
    expect(noted()).toEqual([
      [
        'p-care',
        `export ${id} (jsonl) of heart-rate, mood, motion from 2026-01-01T00:00:00.000Z to 2026-01-02T04:00:00.000Z: watch-0502`,
      ],
    ]);
  });

  it('shows an export to who made it and to an admin, nobody else', async () => {
    await using api = await exporting();
    const { headers } = await api.get('p-care', '/readings/export?id=mine-0001');
    expect(headers['gridbell-export']).toBe('mine-0001');
    expect((await api.get('p-care', '/exports/mine-0001')).json().state).toBe('done');
    expect((await api.get('admin', '/exports/mine-0001')).statusCode).toBe(200);
    expect((await api.get('p-manager', '/exports/mine-0001')).statusCode).toBe(404);
    expect((await api.get('p-manager', '/exports')).json().items).toEqual([]);
    expect((await api.get('p-manager', '/readings/export?id=mine-0001')).statusCode).toBe(409);
  });
});
