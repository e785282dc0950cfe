import { describe, expect, it } from 'vitest';
import { runningApi, start } from '#tests/api/support/running-api.ts';

const silence = (changes: object = {}) => ({
  matcher: { place: 'b3', category: 'device-maintenance' },
  until: new Date(start + 3_600_000).toISOString(),
  reason: 'the lift is being mended',
  ...changes,
});

describe('silences', () => {
  it('are made, shown to those whose place it is, and ended', async () => {
    await using api = await runningApi();
    const made = await api.send('p-leader', 'POST', '/silences', silence());
    expect(made.statusCode).toBe(201);
    const { id } = made.json<{ id: string }>();
    expect(made.json()).toMatchObject({ by: 'p-leader', matcher: { place: 'b3' } });
    expect((await api.get('p-worker', '/silences')).json()).toMatchObject({ items: [{ id }] });
    expect((await api.get('p-elsewhere', '/silences')).json()).toMatchObject({ items: [] });
    expect((await api.send('p-leader', 'DELETE', `/silences/${id}`)).statusCode).toBe(204);
    expect((await api.get('p-worker', '/silences')).json()).toMatchObject({ items: [] });
  });

  it('are forgotten by the list when their time is over', async () => {
    await using api = await runningApi();
    await api.send('admin', 'POST', '/silences', silence());
    api.platform.at = (start + 3_600_000) as typeof start;
    expect((await api.get('admin', '/silences')).json()).toMatchObject({ items: [] });
  });

  it.each([
    ['no end within 30 days', { until: '2026-03-01T00:00:00Z' }, 400],
    ['an end that is over', { until: '2025-12-31T00:00:00Z' }, 400],
    ['no reason', { reason: '' }, 400],
    ['a place that does not exist', { matcher: { place: 'nowhere' } }, 403],
    ['everything, by who works in a part', { matcher: { category: 'fire' } }, 403],
    ['a place elsewhere', { matcher: { place: 'b9' } }, 403],
    ['what is a matter of life, by who may not', { matcher: { place: 'b3', lifeSafety: true } }, 403],
  ])('are refused with %s', async (_what, changes, status) => {
    await using api = await runningApi();
    expect((await api.send('p-leader', 'POST', '/silences', silence(changes))).statusCode).toBe(status);
  });
});

describe('preferences', () => {
  it('are each person’s own; null takes a choice back', async () => {
    await using api = await runningApi();
    const quietHours = { from: '22:00', to: '07:00' };
    const chosen = await api.send('p-worker', 'PATCH', '/preferences', { language: 'en', quietHours });
    expect(chosen.json()).toMatchObject({ person: 'p-worker', language: 'en', quietHours });
    const back = await api.send('p-worker', 'PATCH', '/preferences', { quietHours: null });
    expect(back.json()).not.toHaveProperty('quietHours');
    expect((await api.get('p-worker', '/preferences')).json()).toMatchObject({ language: 'en' });
    expect((await api.get('p-leader', '/preferences')).json()).not.toHaveProperty('language');
    expect((await api.get('admin', '/preferences')).statusCode).toBe(404);
  });

  it('say which summaries come by themselves, for those who may read figures', async () => {
    await using api = await runningApi();
    const want = (person: string, summaries: readonly string[] | null) =>
      api.send(person, 'PATCH', '/preferences', { summaries });
    expect((await api.get('p-leader', '/preferences')).json()).toMatchObject({ summaries: [] });
    expect((await want('p-leader', ['weekly', 'daily'])).json()).toMatchObject({
      summaries: ['weekly', 'daily'],
    });
    await api.send('p-leader', 'PATCH', '/preferences', { language: 'en' });
    expect((await api.get('p-leader', '/preferences')).json()).toMatchObject({
      summaries: ['weekly', 'daily'],
    });
    expect((await want('p-leader', null)).json()).toMatchObject({ summaries: [] });
    expect((await want('p-leader', ['yearly'])).statusCode).toBe(400);
    expect((await want('p-leader', ['daily', 'daily'])).statusCode).toBe(400);
    expect((await want('p-worker', ['daily'])).statusCode).toBe(403);
    expect((await want('p-worker', [])).statusCode).toBe(200);
  });

  it('are not in an export', async () => {
    await using api = await runningApi();
    await api.send('p-worker', 'PATCH', '/preferences', { language: 'en' });
    expect((await api.get('admin', '/export')).body).not.toContain('preference');
  });
});

describe('addresses of people', () => {
  it('come and go with the person, and are seen by who sees phones', async () => {
    await using api = await runningApi();
    const addresses = { email: 'zhou@example.org', wecom: 'zhou' };
    expect((await api.send('admin', 'PATCH', '/people/p-worker', { addresses })).statusCode).toBe(200);
    expect((await api.get('p-leader', '/people/p-worker')).json()).toMatchObject({ addresses });
    expect((await api.get('p-auditor', '/people/p-worker')).json()).not.toHaveProperty('addresses');
    expect((await api.get('p-worker', '/people/p-worker')).json()).toMatchObject({ addresses });
  });
});

describe('a link of a message', () => {
  it('that is none answers 404, and a page gets a problem as well', async () => {
    await using api = await runningApi();
    const token = `${'a'.repeat(22)}.${'b'.repeat(32)}`;
    expect((await api.call(null, { method: 'GET', url: `/api/v1/links/${token}` })).statusCode).toBe(404);
    expect((await api.call(null, { method: 'POST', url: `/api/v1/links/${token}` })).statusCode).toBe(404);
    expect((await api.call(null, { method: 'GET', url: '/api/v1/links/short' })).statusCode).toBe(400);
  });
});
