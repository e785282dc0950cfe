import { describe, expect, it } from 'vitest';
import { Timeline } from '#app/engine/timeline.ts';
import type { AlarmTransition } from '#model/alarm.ts';
import { type EpochMs, epochMs, position } from '#model/brand.ts';

/** Timers at given times that write down when they fired. */
function timers(name: string, dues: number[], log: string[]) {
  return {
    setBack: (): void => undefined,
    nextDue: (): EpochMs | undefined => (dues[0] === undefined ? undefined : epochMs(dues[0])),
    advance: (to: EpochMs): readonly AlarmTransition[] => {
      while ((dues[0] ?? Number.POSITIVE_INFINITY) <= to) log.push(`${name} ${dues.shift()} at ${to}`);
      return [];
    },
  };
}

describe('time', () => {
  it('fires what falls due on the way in order, rules before tasks at the same moment', () => {
    const log: string[] = [];
    const rules = timers('rule', [5, 20], log);
    const desk = timers('task', [5, 10], log);
    const timeline = new Timeline({ rules, desk }, epochMs(0));
    timeline.advance(epochMs(15), position(1), () => undefined);
    expect(log).toEqual(['rule 5 at 5', 'task 5 at 5', 'task 10 at 10']);
    expect(timeline.now).toBe(15);
    expect(timeline.nextDue()).toBe(20);
  });

  it('is told to the rules also when nothing is due', () => {
    const told: number[] = [];
    const rules = {
      nextDue: () => undefined,
      advance: (to: EpochMs) => {
        told.push(to);
        return [];
      },
    };
    const timeline = new Timeline({ rules, desk: timers('task', [], []) }, undefined);
    timeline.advance(epochMs(7), position(1), () => undefined);
    timeline.advance(epochMs(7), position(2), () => undefined);
    expect(told).toEqual([7]);
  });

  it('never goes back, and what was due before now happens now', () => {
    const log: string[] = [];
    const timeline = new Timeline(
      { rules: timers('rule', [3], log), desk: timers('task', [4], log) },
      epochMs(10),
    );
    timeline.advance(epochMs(8), position(1), () => undefined);
    expect(timeline.now).toBe(10);
    expect(log).toEqual(['rule 3 at 10', 'task 4 at 10']);
  });
});
