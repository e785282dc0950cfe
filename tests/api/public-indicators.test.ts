import { describe, expect, it } from 'vitest';
import { livedApi } from '#tests/api/support/lived-api.ts';
import { task } from '#tests/store/ops/support/samples.ts';

const anybody = (url: string) => ({ method: 'GET' as const, url: `/api/v1/public/indicators${url}` });

describe('what everybody may read', () => {
  it('is nothing, unless the installation says so', async () => {
    await using api = await livedApi();
    expect((await api.call(null, anybody(''))).json()).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('is a month that is over, with no count below five and none that follows', async () => {
    await using api = await livedApi({ publicIndicators: true });
    api.write((writer) => {
      const { id, ...row } = task('t-rare', { category: 'dispute', createdAt: api.platform.at });
      writer.putTask({
        ...row,
        id,
        createdAt: (api.platform.at - 20 * 86_400_000) as typeof api.platform.at,
      });
      const history = {
        at: api.platform.at,
        actor: 'm-wu',
        from: null,
        to: 'filed',
        comment: null,
        reason: null,
      } as const;
      writer.appendHistory(id, { ...history, action: 'file' });
    });
    const answer = (await api.call(null, anybody(''))).json();
    expect(answer).toMatchObject({ month: '2026-03', smallest: 5 });
    const rare = answer.categories.find(({ id }: { id: string }) => id === 'dispute');
    expect(rare).toEqual({ id: 'dispute', name: expect.anything(), reported: null, closed: null });
    for (const column of ['reported', 'closed'] as const) {
      const shown = answer.categories.map((each: Record<string, number | null>) => each[column]);
      const hidden = shown.filter((count: number | null) => count === null);
      expect(hidden.length).toBeGreaterThan(1);
      const rest = answer[column] - shown.reduce((sum: number, each: number | null) => sum + (each ?? 0), 0);
      expect(rest).toBeGreaterThanOrEqual(5);
    }
    // Too few were rated for a mean that tells nothing of one.
    expect(answer.rated === null || answer.rated >= 5).toBe(true);
    expect(answer.meanRating === null || answer.rated >= 10).toBe(true);
    expect(Object.keys(answer).join()).not.toMatch(/place|person|rule|task/i);
  });

  it('refuses months that still run, are too old or are none, and formats that tell more', async () => {
    await using api = await livedApi({ publicIndicators: true });
    for (const query of [
      '?month=2026-04',
      '?month=2019-01',
      '?month=2026-13',
      '?format=csv',
      '?from=2026-03-01',
    ])
      expect((await api.call(null, anybody(query))).statusCode, query).toBe(400);
    const page = await api.call(null, anybody('?month=2026-03&format=html&lang=en'));
    expect(page.body).toContain('The community’s month');
    expect(page.body).not.toContain('<script');
  });
});
