import { describe, expect, it } from 'vitest';
import { judgeHealth, type Vitals } from '#app/health.ts';
import { position } from '#model/brand.ts';

const engine = {
  position: position(10),
  committed: position(10),
  snapshot: position(5),
  now: null,
  failures: 0,
  blocked: null,
  commits: 3,
  counters: {},
};
const well: Vitals = {
  listening: true,
  inboxFailure: null,
  inboxPosition: 10,
  engine,
  historyPosition: 10,
  historyBacklog: 0,
};

describe('health', () => {
  it('is well when everything is', () => {
    expect(judgeHealth(well).ready).toBe(true);
  });

  it.each([
    ['broker', { listening: false }],
    ['inbox', { inboxFailure: 'no room' }],
    ['engine', { engine: null }],
    ['engine', { engine: { ...engine, failures: 1 } }],
    ['engine', { engine: { ...engine, blocked: 'no room' } }],
    ['engine', { inboxPosition: 100_000 }],
    ['history', { historyBacklog: 5_000 }],
  ])('is not, and names %s and what to do, when %o', (name, change) => {
    const { checks, ready } = judgeHealth({ ...well, ...change });
    expect(ready).toBe(false);
    expect(Object.keys(checks).filter((check) => checks[check]?.ok === false)).toEqual([name]);
  });
});
