import { describe, expect, it } from 'vitest';
import type { Health } from '#app/health.ts';
import { type Fault, faultsOf } from '#app/watch/faults.ts';
import { Progress } from '#app/watch/progress.ts';
import { SelfAlarms } from '#app/watch/self-alarms.ts';
import type { PersonId } from '#model/brand.ts';
import type { Log } from '#model/log.ts';

const quiet = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
} as Log;
const well: Health = { ready: true, checks: { engine: { ok: true, detail: '' } } };
const observed = {
  health: well,
  brokenChannels: [],
  freeBytes: 1e9,
  reserveBytes: 1e6,
  standsStillMs: null,
  wentBack: null,
};
const minutes = (count: number) => count * 60_000;

class Operator {
  readonly told: string[] = [];
  reachable = true;
  readonly alarms = new SelfAlarms({
    people: () => ['m-li' as PersonId],
    tell: (_person, { title }) => {
      this.told.push(title.en);
      return Promise.resolve(this.reachable);
    },
    log: quiet,
  });
}
const fault = (changes: Partial<Fault> = {}): Fault => ({
  code: 'disk',
  title: { zh: '磁盘', en: 'Disk' },
  remedy: { zh: '清理', en: 'Make room' },
  detail: '',
  afterMs: 15_000,
  ...changes,
});

describe('a fault of Gridbell itself', () => {
  it('is told once it has stood for a while, not again within the hour, and when it is over', async () => {
    const { alarms, told } = new Operator();
    for (let at = 0; at < minutes(59); at += 5_000) await alarms.take([fault()], at);
    expect(told).toEqual(['Gridbell itself: Disk']);
    await alarms.take([fault()], minutes(61));
    await alarms.take([], minutes(62));
    await alarms.take([], minutes(63));
    expect(told).toEqual(['Gridbell itself: Disk', 'Gridbell itself: Disk', 'Over: Disk']);
  });

  it('that passes by itself wakes nobody', async () => {
    const { alarms, told } = new Operator();
    await alarms.take([fault()], 0);
    await alarms.take([], 10_000);
    await alarms.take([], 16_000);
    await alarms.take([fault()], 20_000);
    await alarms.take([], 30_000);
    expect(told).toEqual([]);
  });

  it('that is gone for a moment, because it is tried again, stands', async () => {
    const { alarms, told } = new Operator();
    for (let at = 0; at <= 30_000; at += 1_000) await alarms.take(at % 5_000 === 0 ? [] : [fault()], at);
    expect(told).toEqual(['Gridbell itself: Disk']);
  });

  it('is told again every 15 s until somebody was reached', async () => {
    const operator = new Operator();
    operator.reachable = false;
    for (let at = 0; at <= 45_000; at += 5_000) await operator.alarms.take([fault({ afterMs: 0 })], at);
    expect(operator.told).toHaveLength(4);
    operator.reachable = true;
    for (let at = 60_000; at <= 300_000; at += 5_000) await operator.alarms.take([fault({ afterMs: 0 })], at);
    expect(operator.told).toHaveLength(5);
  });
});

describe('what is a fault', () => {
  it('a check that fails, a channel that was given up, a disk that is nearly full: each with what to do', () => {
    const faults = faultsOf({
      ...observed,
      health: {
        ready: false,
        checks: { engine: { ok: false, detail: 'cannot go on' }, history: { ok: true, detail: '' } },
      },
      brokenChannels: [{ id: 'mail', openUntil: null }],
      freeBytes: 3e6,
    });
    expect(faults.map(({ code }) => code)).toEqual(['engine', 'disk', 'channel:mail']);
    for (const { remedy } of faults) expect(remedy.zh.length * remedy.en.length).toBeGreaterThan(0);
    expect(faultsOf(observed)).toEqual([]);
    const wentBack = { again: 5, lost: 0, sinceMs: 0 };
    const [mended] = faultsOf({ ...observed, wentBack });
    const [lost] = faultsOf({ ...observed, wentBack: { ...wentBack, lost: 7 } });
    expect(mended).toMatchObject({ code: 'history-went-back', detail: expect.stringMatching(/^5 readings/) });
    expect(lost?.remedy).not.toEqual(mended?.remedy);
    expect(faultsOf({ ...observed, wentBack: { ...wentBack, sinceMs: 3_600_001 } })).toEqual([]);
  });

  it('records that wait while none is processed, though every thread answers', () => {
    const progress = new Progress();
    const stuck = { committed: 5, inbox: 9 };
    expect(progress.look(stuck, 0)).toBeNull();
    expect(progress.look(stuck, 29_000)).toBeNull();
    expect(progress.look(stuck, 30_000)).toBe(30_000);
    expect(faultsOf({ ...observed, standsStillMs: 30_000 })).toMatchObject([{ code: 'engine', afterMs: 0 }]);
    expect(progress.look({ committed: 6, inbox: 9 }, 31_000)).toBeNull();
    expect(progress.look({ committed: 9, inbox: 9 }, 90_000)).toBeNull();
    expect(progress.look({ committed: 9, inbox: 9 }, 190_000)).toBeNull();
  });
});
