import { describe, expect, it } from 'vitest';
import { bench, figuresOf } from './support/small-run.ts';

describe('npm run bench', () => {
  it('lists its benchmarks and their options', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    for (const name of ['ingest', 'history', 'backtest', 'tasks', 'idle', 'flood'])
      expect(stdout).toContain(name);
    expect(bench('ingest', '--help').stdout).toContain('--window');
  });

  it('ingest: measures a platform from outside and loses nothing', () => {
    const value = figuresOf('ingest', { seconds: 2, rate: 200, devices: 20, window: 2 });
    expect(value('200 msg/s', 'not acknowledged')).toBe(0);
    expect(value('200 msg/s', 'alarms without task')).toBe(0);
    expect(value('200 msg/s', 'publish → task, p99')).toBeGreaterThan(0);
    expect(value('saturation', 'publish → PUBACK, p99')).toBeGreaterThan(0);
    expect(value('saturation, dialects', 'through to the engine, of native')).toBeGreaterThan(0);
    expect(value('saturation, dialects', 'quarantined')).toBe(0);
    expect(value('in the end', 'acknowledged')).toBeGreaterThan(5 * 200);
    expect(value('in the end', 'lost')).toBe(0);
    expect(value('in the end', 'in history')).toBe(value('in the end', 'acknowledged'));
  });

  it('backtest: reads all that was stored, and finds alarms', () => {
    const value = figuresOf('backtest', { readings: 200_000 });
    const part = 'a comparison that has to hold';
    expect(value(part, 'readings read')).toBeGreaterThan(190_000);
    expect(value(part, 'readings')).toBeGreaterThan(0);
    expect(value('the mean of an hour', 'alarms')).toBeGreaterThan(0);
  });

  it('tasks: lists them, and the report says what a recount says', () => {
    const value = figuresOf('tasks', { tasks: 2_000, requests: 3 });
    expect(value('a month', 'closed')).toBeGreaterThan(100);
    expect(value('a page of 100 tasks', 'tasks in it')).toBe(value('a month', 'closed'));
    expect(value('a month', 'rated')).toBeGreaterThan(0);
    expect(value('an action', 'urge, p50')).toBeGreaterThan(0);
  });

  it('history: stores and sorts', () => {
    const year = { 'year-series': 20, 'year-days': 20 };
    const value = figuresOf('history', { points: 20_000, queries: 2, ...year, peer: 'none' });
    expect(value('append', 'points')).toBeGreaterThanOrEqual(20_000);
    expect(value('sorted', 'in use')).toBeGreaterThan(0);
    expect(value('a year', '20 days of one series by day, median')).toBeGreaterThan(0);
  });
});
