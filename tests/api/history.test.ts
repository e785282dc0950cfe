import { describe, expect, it } from 'vitest';
import { runningApi } from '#tests/api/support/running-api.ts';

describe('history', () => {
  it('says how it is', async () => {
    await using api = await runningApi();
    expect((await api.get('admin', '/history')).json()).toMatchObject({
      bytes: 1,
      days: 2,
      unsortedDays: 1,
      daysWithoutRollups: 0,
      series: 3,
      oldest: '2026-01-01T04:00:00.000Z',
      newest: null,
      isErasing: false,
      retention: { classes: { health: { readings: '90d', rollups: '365d' } }, properties: {} },
    });
    for (const what of ['rebuild', 'compact'])
      expect((await api.send('admin', 'POST', `/history/${what}`)).statusCode).toBe(200);
  });

  it('erases a device, or the devices of a resident and their modes', async () => {
    await using api = await runningApi();
    const erase = (body: object) => api.send('admin', 'POST', '/history/erasures', body);
    expect((await erase({ device: 'gone-long-ago' })).json()).toEqual({
      devices: ['gone-long-ago'],
      readings: 5,
      rollups: 4,
    });
    const { resident } = (await api.get('admin', '/devices/watch-0502')).json();
    expect((await erase({ resident })).json()).toMatchObject({ devices: ['watch-0502'] });
    expect(api.platform.erased).toEqual(['gone-long-ago', 'watch-0502', resident]);
  });

  it('erases nothing when nobody is named, or two, or one who has no device', async () => {
    await using api = await runningApi();
    const erase = async (body: object) =>
      (await api.send('admin', 'POST', '/history/erasures', body)).statusCode;
    expect(await erase({})).toBe(400);
    expect(await erase({ device: 'd1', resident: 'r1' })).toBe(400);
    expect(await erase({ resident: 'nobody' })).toBe(404);
    expect(api.platform.erased).toEqual([]);
  });
});
