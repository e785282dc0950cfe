import { epochMs, position } from '#model/brand.ts';
import type { Device, Place } from '#model/community.ts';
import type { Observation, Value } from '#model/reading.ts';
import { ActiveHours } from '#rules/engine/active-hours.ts';
import { CountedTime, Downtimes } from '#rules/engine/counted-time.ts';
import { type DayJson, Diary } from '#rules/engine/habits/diary.ts';
import {
  type HabitPlan,
  hearSigns,
  type LastingState,
  lookAtStretch,
} from '#rules/engine/habits/habit-machine.ts';
import { Home } from '#rules/engine/habits/home.ts';
import { hearRoaming, lookAtRoaming } from '#rules/engine/habits/roaming-machine.ts';
import { readSigns } from '#rules/engine/habits/sign.ts';
import { type Judged, type MachineState, quietState, type Step } from '#rules/engine/machine.ts';
import { Zone } from '#rules/engine/zone.ts';
import type { Past } from '#rules/language/frame.ts';
import { parseHours } from '#rules/language/hours.ts';
import { Chance } from '#tests/rules/habits/chance.ts';
import { type Flat, makeFlat, type Said, sense } from '#tests/rules/habits/flat.ts';
import { live, makePerson, type Person, type Scene } from '#tests/rules/habits/person.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const day = 1_440;
/** A Monday in spring, midnight in Shanghai: the zone has no summer time. */
export const begin = Date.parse('2026-03-02T00:00:00+08:00');

export interface Setting {
  readonly state: LastingState | 'roaming';
  readonly usual: number;
  readonly least: number;
  readonly most?: number;
  readonly hours?: { from: string; to: string };
}
/** As rules/library/resident-alone.yaml has them; hours. */
export const settings: Readonly<Record<string, Setting>> = {
  'no-sign-of-life': {
    state: 'still',
    usual: 1.5,
    least: 4.5,
    most: 12,
    hours: { from: '06:00', to: '24:00' },
  },
  'did-not-get-up': { state: 'asleep', usual: 1.15, least: 2, hours: { from: '05:00', to: '14:00' } },
  'away-too-long': { state: 'away', usual: 1.5, least: 12, most: 24 },
  'bathroom-too-long': { state: 'bathroom', usual: 1.5, least: 1 },
  'night-wandering': { state: 'roaming', usual: 1.25, least: 25 / 60, hours: { from: '00:00', to: '05:00' } },
};

/** Times in minutes since the beginning. */
export interface Raised {
  readonly rule: string;
  readonly at: number;
}

class Memory implements Past {
  #last = new Map<string, [number, Value][]>();
  constructor(before?: Memory) {
    if (before) this.#last = new Map([...before.#last].map(([key, list]) => [key, [...list]]));
  }
  note(property: string, at: number, value: Value): void {
    const list = this.#last.get(property) ?? [];
    this.#last.set(property, [...list.slice(-3), [at, value]]);
  }
  #before(property: string, at: number): [number, Value] | undefined {
    return this.#last.get(property)?.findLast(([time]) => time <= at);
  }
  valueAt(property: string, at: number): Value | undefined {
    return this.#before(property, at)?.[1];
  }
  timeAt(property: string, at: number): number | undefined {
    return this.#before(property, at)?.[0];
  }
  valueBefore(property: string, at: number): Value | undefined {
    return this.#before(property, at - 1)?.[1];
  }
  ask(): undefined {
    return undefined;
  }
  usual(): { n: number; mean: undefined; sd: undefined } {
    return { n: 0, mean: undefined, sd: undefined };
  }
}

const zone = new Zone('Asia/Shanghai');
const quiet = { heldBack: () => null, evidence: () => [] };

/** One flat with the five rules: the machines as the engine runs them, without the rest of it. */
export class Trial {
  readonly home: Home;
  readonly raised: Raised[] = [];
  readonly #downtimes = new Downtimes();
  readonly #pasts: Map<string, Memory>;
  readonly #states: Map<string, MachineState>;
  readonly #plans = new Map<string, HabitPlan>();

  constructor(flat: Flat, before?: Trial) {
    this.home = new Home({ zone }, before && copyOf(before.home.diary));
    const devices = flat.sensors.map(({ id, kind, place }) => ({
      device: { id, kind, place } as Device,
      place: { id: place, kind: 'room', parent: 'b1' } as Place,
    }));
    this.home.settle(devices);
    this.#pasts = new Map([...(before ? before.#pasts : [])].map(([id, past]) => [id, new Memory(past)]));
    this.#states = new Map(before ? before.#states : Object.keys(settings).map((rule) => [rule, quietState]));
    for (const [rule, setting] of Object.entries(settings)) this.#plans.set(rule, this.#planOf(setting));
  }

  hear({ at, device, property, value }: Said): void {
    const time = begin + Math.round(at * minuteMs);
    this.pass(at);
    const observation: Observation = {
      device: device as Observation['device'],
      at: epochMs(time),
      receivedAt: epochMs(time),
      flags: 0,
      position: position(1),
      values: new Map([[property, value]]),
    };
    const past = this.#pasts.get(device) ?? new Memory();
    this.#pasts.set(device, past);
    past.note(property, time, value);
    const heard = this.home.hear(observation, past);
    const signs = readSigns(heard.values, time);
    if (signs.length === 0) return;
    for (const [rule, plan] of this.#plans) {
      const state = this.#states.get(rule) ?? quietState;
      const judged: Judged = {
        ...quiet,
        at: time,
        measuredAt: time,
        verdict: 'holds',
        severity: 'major',
        receivedLate: false,
        values: heard.values,
      };
      this.#take(
        rule,
        settings[rule]?.state === 'roaming'
          ? hearRoaming(plan, state, signs, judged)
          : hearSigns(plan, state, signs, time),
      );
    }
  }

  /** Time passes until then. */
  pass(until: number): void {
    const time = begin + Math.round(until * minuteMs);
    for (const [rule, plan] of this.#plans) {
      for (
        let state = this.#states.get(rule) ?? quietState;
        state.due !== null && state.due <= time;
        state = this.#states.get(rule) ?? quietState
      ) {
        const moment = { ...quiet, at: state.due };
        this.#take(
          rule,
          settings[rule]?.state === 'roaming'
            ? lookAtRoaming(plan, state, moment)
            : lookAtStretch(plan, state, moment),
        );
      }
    }
  }

  #take(rule: string, { state, effect }: Step): void {
    this.#states.set(rule, state);
    if (effect?.type === 'raise') this.raised.push({ rule, at: (effect.at - begin) / minuteMs });
  }

  #planOf({ state, usual, least, most, hours }: Setting): HabitPlan {
    const parsed = hours && parseHours(hours);
    const active = parsed ? new ActiveHours(parsed, zone) : null;
    return {
      state: state as LastingState,
      usual,
      leastMs: least * hourMs,
      mostMs: most === undefined ? null : most * hourMs,
      learnMs: 7 * 24 * hourMs,
      severity: 'major',
      hours: active,
      time: new CountedTime(active, this.#downtimes),
      heard: new CountedTime(null, this.#downtimes),
      profile: (at) => this.home.profile(at, this.#downtimes),
    };
  }
}

/** As after a restart. */
function copyOf(diary: Diary): Diary {
  const days = new Map<number, DayJson>();
  for (const [day, json] of diary.all()) days.set(day, json);
  return Diary.restore(days, diary.heartbeats);
}

export type Trouble =
  | 'collapse'
  | 'collapse-in-bathroom'
  | 'collapse-at-night'
  | 'not-up'
  | 'stays-away'
  | 'wanders'
  | 'leaves-at-night';

/** What came of a trouble: minutes until the first of the rules that would tell of it; null: none did. */
export interface Outcome {
  readonly trouble: Trouble;
  readonly at: number;
  readonly after: Readonly<Record<string, number>>;
}

export interface Life {
  readonly person: Person;
  readonly flat: Flat;
  readonly scenes: readonly Scene[];
  readonly raised: readonly Raised[];
  readonly outcomes: readonly Outcome[];
}

const watchedFor = 40 * 60;

/** Lets a person live for so many days, and plants troubles: each in a life of its own from there on. */
export function runLife(seed: number, days: number, troubles: number): Life {
  const chance = new Chance(seed);
  const person = makePerson(chance);
  const flat = makeFlat(chance);
  const scenes = live(person, days, chance);
  const said = sense(flat, person, scenes, chance);
  const planted = plant(scenes, { days, troubles, chance });
  const trial = new Trial(flat);
  const outcomes: Outcome[] = [];
  let next = 0;
  for (const [index, reading] of said.entries()) {
    for (; (planted[next]?.at ?? Number.POSITIVE_INFINITY) <= reading.at; next++) {
      const trouble = planted[next];
      if (trouble) outcomes.push(suffer(trial, flat, trouble, said.slice(index, index + 6000), chance));
    }
    trial.hear(reading);
  }
  return { person, flat, scenes, raised: trial.raised, outcomes };
}

interface Planted {
  readonly trouble: Trouble;
  readonly at: number;
}

function plant(
  scenes: readonly Scene[],
  { days, troubles, chance }: { days: number; troubles: number; chance: Chance },
): readonly Planted[] {
  const planted = Array.from({ length: troubles }, () => {
    const at = chance.between(10, days - 2) * day;
    const scene = scenes.find(({ from, to }) => from <= at && at < to);
    return scene ? troubleIn(scene, at, scenes, chance) : undefined;
  });
  return planted.filter((each) => each !== undefined).sort((a, b) => a.at - b.at);
}

/** What may happen to somebody who is there. */
function troubleIn(scene: Scene, at: number, scenes: readonly Scene[], chance: Chance): Planted | undefined {
  const hour = (at % day) / 60;
  if (scene.doing === 'out') return { trouble: 'stays-away', at: scene.from + 1.5 };
  if (scene.doing === 'sleep') {
    const trouble = chance.pick(['not-up', 'wanders', 'leaves-at-night'] as const);
    return trouble === 'not-up' || (hour < 4 && hour > 0.5) ? { trouble, at } : undefined;
  }
  const next = scenes.find(({ spot, from }) => spot === 'bathroom' && from > at);
  if (next && chance.is(0.3)) return { trouble: 'collapse-in-bathroom', at: next.from + 1 };
  return { trouble: hour >= 6 && hour < 20 ? 'collapse' : 'collapse-at-night', at };
}

function suffer(
  before: Trial,
  flat: Flat,
  { trouble, at }: Planted,
  rest: readonly Said[],
  chance: Chance,
): Outcome {
  const trial = new Trial(flat, before);
  const until = at + watchedFor;
  const heard = rest.filter((reading) => reading.isOwn && reading.value === false && reading.at < until);
  if (trouble === 'wanders') heard.push(...wander(flat, at, chance));
  if (trouble === 'leaves-at-night')
    for (const { id, sees } of flat.sensors)
      if (sees === 'door')
        heard.push(
          ...[true, false].map((value, index) => ({
            at: at + index * 0.3,
            device: id,
            property: 'door-open',
            value,
            isOwn: false,
          })),
        );
  for (const reading of heard.sort((a, b) => a.at - b.at)) trial.hear(reading);
  trial.pass(until);
  const after: Record<string, number> = {};
  for (const raised of trial.raised) after[raised.rule] ??= raised.at - at;
  return { trouble, at, after };
}

/** To and fro in the flat for three quarters of an hour. */
function wander(flat: Flat, at: number, chance: Chance): Said[] {
  const said: Said[] = [];
  for (let now = at; now < at + 45; now += chance.between(0.5, 4)) {
    const spot = chance.pick(['kitchen', 'living', 'hall', 'bedroom', 'bathroom'] as const);
    for (const { id, sees, property } of flat.sensors)
      if (sees === spot && property !== 'bed-occupied' && chance.is(property === 'motion' ? 0.9 : 0.4))
        for (const [index, value] of [true, false].entries())
          said.push({ at: now + index * 0.15, device: id, property, value, isOwn: false });
  }
  return said;
}
