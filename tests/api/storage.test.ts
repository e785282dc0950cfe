import { describe, expect, it } from 'vitest';
import { daysUntilFull, grownIn } from '#api/storage/forecast.ts';
import { day, durationMs, epochMs } from '#model/brand.ts';
import { runningApi, start } from '#tests/api/support/running-api.ts';

const holding = (property: string, readings: number, recent: number, ageDays: number) => ({
  property,
  readings,
  recent,
  oldest: epochMs(start - ageDays * day),
  rollups: 2,
  oldestRollup: null,
});

describe('what history holds', () => {
  it('is said by class and property, with its part of the bytes and how fast it grows', async () => {
    await using api = await runningApi();
    api.platform.holdings = {
      properties: [
        holding('smoke', 300, 70, 30),
        holding('co', 500, 140, 30),
        holding('heart-rate', 200, 0, 30),
      ],
      freeBytes: 0,
    };
    api.platform.grafanaUrl = 'https://grafana.example';
    api.platform.care = {
      ...api.platform.care,
      behind: { records: 3, oldestMs: 500 },
      lastRetention: { at: start, removed: [] },
    };
    const answer = (await api.get('admin', '/history/storage')).json();
    expect(answer).toMatchObject({
      engine: 'duckdb',
      classes: [
        { class: 'operational', readings: 800, recent: 210, rollups: 4, oldest: '2025-12-02T04:00:00.000Z' },
        { class: 'health', readings: 200, recent: 0 },
      ],
      growth: { readingsADay: 30, bytesADay: 0.03, bytesInAYear: 12, fullInDays: null },
      behind: { records: 3, oldestMs: 500 },
      lastRetention: { at: '2026-01-01T04:00:00.000Z', removed: [] },
      grafana: 'https://grafana.example',
    });
    expect(answer.properties.map(({ property }: { property: string }) => property)).toEqual([
      'co',
      'smoke',
      'heart-rate',
    ]);
  });

  it('is counted once for all who ask within a minute', async () => {
    await using api = await runningApi();
    let counts = 0;
    api.platform.history.holdings = async () => {
      counts += 1;
      return { properties: [], freeBytes: null };
    };
    await Promise.all([api.get('admin', '/history/storage'), api.get('admin', '/history/storage')]);
    await api.get('admin', '/history/storage');
    expect(counts).toBe(1);
  });

  it('is counted again after it could not be', async () => {
    await using api = await runningApi();
    const { holdings } = api.platform.history;
    api.platform.history.holdings = () => Promise.reject(new Error('no disk'));
    expect((await api.get('admin', '/history/storage')).statusCode).toBe(500);
    api.platform.history.holdings = holdings;
    expect((await api.get('admin', '/history/storage')).statusCode).toBe(200);
  });

  it('is nothing for anybody but an admin', async () => {
    await using api = await runningApi();
    expect((await api.get('p-manager', '/history/storage')).statusCode).toBe(403);
  });
});

describe('when the disk will be full', () => {
  const forever = { bytesADay: 10, oldest: start, keptMs: null };

  it('is when what is free is used up, where everything is kept for good', () => {
    expect(daysUntilFull([forever, forever], 1_000, start)).toBe(50);
    expect(daysUntilFull([], 1_000, start)).toBeNull();
    expect(daysUntilFull([forever], 0, start)).toBe(0);
  });

  it('is never, where as much goes as comes before that', () => {
    const month = { ...forever, keptMs: durationMs(30 * day) };
    expect(daysUntilFull([month], 301, start)).toBeNull();
    expect(daysUntilFull([month], 299, start)).toBeCloseTo(29.9);
    const aged = { ...month, oldest: epochMs(start - 29 * day) };
    expect(daysUntilFull([aged], 11, start)).toBeNull();
  });

  it('is later, where only a part of it goes on growing', () => {
    const month = { ...forever, keptMs: durationMs(30 * day) };
    // 20 a day for 30 days, then 10.
    expect(daysUntilFull([month, forever], 700, start)).toBe(40);
  });
});

describe('what it will take', () => {
  it('grows only until its oldest reading is as old as it is kept', () => {
    const forever = { bytesADay: 10, oldest: start, keptMs: null };
    const month = { ...forever, keptMs: durationMs(30 * day) };
    expect(grownIn([forever, month], 365, start)).toBe(3_650 + 300);
    expect(grownIn([{ ...month, oldest: epochMs(start - 40 * day) }], 365, start)).toBe(0);
    expect(grownIn([month], 7, start)).toBe(70);
  });
});
