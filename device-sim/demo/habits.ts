import type { TaskSight } from '#device-sim/demo/sight.ts';
import type { Disposition } from '#model/alarm.ts';
import { minute, second } from '#model/brand.ts';

/** What somebody does next with a task. */
export type Step = 'accept' | 'start' | 'feedback' | 'close';

/** Shortest and longest time before a step, ms after the one before it. */
type Span = readonly [number, number];
type Pace = Readonly<Record<Step, Span>>;

/** What it turned out to be, and the words for it. */
export interface Finding {
  readonly disposition: Disposition;
  readonly comment: string;
}

/** How a kind of work is done: how long it takes and what is said of it in the end. */
interface Habit {
  /** As it takes in a community. */
  readonly pace: Pace;
  /** One of them by chance. */
  readonly findings: readonly [Finding, ...Finding[]];
}

const minutes = (least: number, most: number): Span => [least * minute, most * minute];
const seconds = (least: number, most: number): Span => [least * second, most * second];

const care: Habit = {
  pace: {
    accept: seconds(8, 35),
    start: minutes(2, 5),
    feedback: minutes(6, 14),
    close: minutes(8, 40),
  },
  findings: [
    { disposition: 'genuine', comment: '已扶起，无外伤，已通知家属 · Helped up, not hurt, family told' },
    { disposition: 'genuine', comment: '已陪同休息，血压正常 · Stayed with them, blood pressure normal' },
  ],
};

/** By rule, else by category. */
const habits: Readonly<Record<string, Habit>> = {
  'sos-pressed': {
    pace: care.pace,
    findings: [
      {
        disposition: 'genuine',
        comment: '头晕，已陪护休息，已通知家属 · Was dizzy, stayed with them, family told',
      },
      { disposition: 'false', comment: '误触按钮，人平安 · Pressed by mistake, all is well' },
    ],
  },
  fire: {
    pace: {
      accept: seconds(10, 40),
      start: minutes(1, 3),
      feedback: minutes(5, 11),
      close: minutes(6, 30),
    },
    findings: [
      { disposition: 'nuisance', comment: '厨房油烟，已开窗通风 · Smoke from cooking, windows opened' },
      { disposition: 'genuine', comment: '锅烧干，已关火通风 · A pot boiled dry, stove off, aired' },
    ],
  },
  'elderly-care': care,
  facilities: {
    pace: {
      accept: minutes(1, 4),
      start: minutes(4, 10),
      feedback: minutes(15, 35),
      close: minutes(10, 45),
    },
    findings: [
      {
        disposition: 'genuine',
        comment: '软管接头松动，已关阀更换 · Hose joint loose, valve shut, replaced',
      },
      { disposition: 'genuine', comment: '洗衣机溢水，已清理 · Washing machine ran over, mopped up' },
    ],
  },
  'access-security': {
    pace: { accept: minutes(1, 6), start: minutes(2, 6), feedback: minutes(2, 8), close: minutes(5, 30) },
    findings: [
      { disposition: 'genuine', comment: '搬家卡门，已关好 · Held open by a move, now shut' },
      { disposition: 'genuine', comment: '闭门器卡滞，已调好 · Door closer stuck, adjusted' },
    ],
  },
  'device-maintenance': {
    pace: {
      accept: minutes(10, 40),
      start: minutes(30, 90),
      feedback: minutes(20, 90),
      close: minutes(20, 120),
    },
    findings: [
      {
        disposition: 'genuine',
        comment: '电源适配器松动，已插紧 · Power adapter was loose, plugged in again',
      },
      { disposition: 'genuine', comment: '插头被拔，已恢复供电 · Was unplugged, power is back' },
    ],
  },
};

/** How a piece of work is done; an unknown one is done like care. */
export const habitOf = ({ category, rule }: Pick<TaskSight, 'category' | 'rule'>): Habit =>
  habits[rule ?? ''] ?? habits[category] ?? care;

/** Somebody who looks on should not wait for long: everything in seconds, care and fire first. */
export const livePace = (category: string): Pace =>
  category === 'fire' || category === 'elderly-care'
    ? { accept: seconds(4, 9), start: seconds(15, 30), feedback: seconds(50, 100), close: seconds(40, 90) }
    : {
        accept: seconds(20, 50),
        start: seconds(40, 80),
        feedback: seconds(90, 180),
        close: seconds(60, 150),
      };
