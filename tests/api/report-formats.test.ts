import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatOf } from '#api/report/format.ts';
import type { PlaceId } from '#model/brand.ts';
import { livedApi } from '#tests/api/support/lived-api.ts';
import type { RunningApi } from '#tests/api/support/running-api.ts';
import { unzipped } from '#tests/support/unzipped.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await livedApi();
  // A name that is a formula, and markup.
  const body = {
    id: 'g2' as PlaceId,
    kind: 'grid',
    parent: 'lianfang-1' as PlaceId,
    name: '=1+1<script>',
  } as const;
  api.write((writer) => {
    writer.applyChange({ op: 'put', resource: 'place', id: 'g2', body }, api.platform.at);
  });
  api.configuration.invalidate();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});
const get = (query: string, headers: Record<string, string> = {}) =>
  api.call('admin', { method: 'GET', url: `/api/v1/summaries/monthly?date=2026-03-10${query}`, headers });

describe('a report', () => {
  it('is what Accept likes best, or what format says', () => {
    expect(formatOf({}, {})).toBe('json');
    expect(formatOf({}, { accept: '*/*' })).toBe('json');
    expect(formatOf({}, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })).toBe('html');
    expect(formatOf({}, { accept: 'application/json;q=0.4, text/csv' })).toBe('csv');
    expect(formatOf({ format: 'xlsx' }, { accept: 'text/html' })).toBe('xlsx');
    expect(() => formatOf({}, { accept: 'image/png' })).toThrow(/accept/);
  });

  it('is a table for programs: the numbers of the JSON, names that are no formulas', async () => {
    const { counts, parts } = (await get('')).json();
    const answer = await get('&format=csv&lang=en');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe(
      'attachment; filename="gridbell-monthly-2026-03-10.csv"',
    );
    const rows: string[][] = parse(answer.body, { bom: true, relax_column_count: true });
    for (const { id, value } of counts)
      expect(rows.find(([first]) => first === id)?.slice(0, 3)).toEqual([
        id,
        expect.anything(),
        String(value),
      ]);
    const part = parts.find((each: { id: string }) => each.id === 'g2');
    expect(rows.find(([first]) => first === 'g2')?.slice(1, 3)).toEqual([
      "'=1+1<script>",
      String(part.reported),
    ]);
  });

  it('is a workbook that another program reads, with its numbers as numbers', async () => {
    const { counts } = (await get('')).json();
    const answer = await get('', {
      accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'accept-language': 'zh',
    });
    expect(answer.headers['content-disposition']).toContain('.xlsx');
    const files = unzipped(answer.rawPayload);
    const book = files.get('xl/workbook.xml') ?? '';
    expect([...book.matchAll(/<sheet [^>]*name="([^"]+)"/g)].map(([, name]) => name)).toContain('按类别');
    const [first] = counts;
    expect(files.get('xl/worksheets/sheet1.xml')).toContain(`<v>${first.value}</v>`);
    expect(files.get('xl/worksheets/sheet4.xml')).not.toContain('<f>');
    expect(files.get('xl/sharedStrings.xml')).toContain('=1+1&lt;script&gt;');
  });

  it('is a page without script in both languages; texts from elsewhere are texts', async () => {
    for (const [lang, title] of [
      ['zh', '联芳一社区月报'],
      ['en', 'Lianfang 1 · Monthly summary'],
    ] as const) {
      const answer = await get(`&format=html&lang=${lang}`);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(answer.body).toContain(`<h1>${title}</h1>`);
      expect(answer.body).toContain('&lt;script&gt;');
      expect(answer.body).not.toContain('<script');
      // Each number leads to its list in the console.
      expect(answer.body).toContain('href="/figures/tasks?createdFrom=2026-02-28');
      expect(answer.body).not.toContain('href="/api');
    }
  });

  it('is a short text for a message in both languages', async () => {
    const { counts } = (await get('')).json();
    const [reported] = counts;
    const said = (lang: string) => get(`&lang=${lang}`, { accept: 'text/plain' });
    const [zh, en] = [await said('zh'), await said('en')];
    expect(zh.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(zh.body).toContain(`上报数：${reported.value}（上期 ${reported.previous}）`);
    expect(en.body.split('\n').slice(0, 2)).toEqual([
      'Lianfang 1 · Monthly summary',
      'March 2026 · Whole community',
    ]);
    expect(en.body).toContain(`Reported: ${reported.value} (before ${reported.previous})`);
    expect([zh.body.length, en.body.length].every((length) => length < 2_000)).toBe(true);
  });

  it('says what is wrong with a date, a range and a place', async () => {
    const code = async (account: string, url: string) => {
      const answer = await api.get(account, url);
      return [answer.statusCode, answer.json().code];
    };
    expect(await code('admin', '/summaries/daily?date=2026-02-30')).toEqual([400, 'invalid-input']);
    expect(await code('admin', '/summaries/yearly')).toEqual([400, 'invalid-input']);
    const long = '/indicators?from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z';
    expect(await code('admin', long)).toEqual([400, 'invalid-input']);
    expect(await code('admin', '/indicators?from=2026-05-01T00:00:00Z')).toEqual([400, 'invalid-input']);
    expect(await code('l-zhao', '/summaries/daily?place=g3')).toEqual([403, 'not-allowed']);
    expect(await code('w-zhou', '/summaries/daily')).toEqual([403, 'not-allowed']);
  });
});
