import { describe, expect, it } from 'vitest';
import { figuresOf } from './support/small-run.ts';

describe('npm run bench', () => {
  it('flood: the detector gets its tasks, and what was acknowledged is stored', () => {
    const value = figuresOf('flood', { seconds: 4, devices: 10, 'in-flight': 200 });
    for (const part of ['each waits for its PUBACK', 'nobody waits']) {
      expect(value(part, 'connected')).toBe(10);
      expect(value(part, 'acknowledged')).toBeGreaterThan(0);
      expect(value(part, 'the detector: alarms without task')).toBe(0);
      expect(value(part, 'lost')).toBe(0);
    }
  });

  it('idle: connections stay and are answered', () => {
    const value = figuresOf('idle', { connections: 50, seconds: 2, rest: 0 });
    expect(value('in the end', 'still open')).toBe(50);
    expect(value('in the end', 'pings')).toBeGreaterThanOrEqual(50);
    expect(value('in the end', 'pings not answered')).toBe(0);
    expect(value('1000 msg/s, beside them', 'not acknowledged')).toBe(0);
  });

  it('flows: each abuse happens, none costs a task', () => {
    const value = figuresOf('flows', { seconds: 3, devices: 20, rate: 100, alarms: 3 });
    for (const part of ['a rejection that nobody handles', 'a gigabyte'])
      expect(value(part, 'process of flows ended'), part).toBeGreaterThan(0);
    expect(value('100,000 alarms a second', 'requests of flows refused (429)')).toBeGreaterThan(0);
    for (const part of [
      'a loop without end',
      'a rejection that nobody handles',
      'a gigabyte',
      '100,000 alarms a second',
    ]) {
      expect(value(part, 'alarms without task'), part).toBe(0);
      expect(value(part, 'publish → task, p99: against idle flows'), part).toBeGreaterThan(0);
    }
  });
});
