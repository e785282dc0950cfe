import type { Values } from '#device-sim/devices/report.ts';
import type { Cast } from '#device-sim/scenarios/cast.ts';
import { type DeviceStep, isDeviceStep, type Ramp, type Scenario } from '#device-sim/scenarios/scenario.ts';
import { rounded } from '#device-sim/signals/drift.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { parseDuration } from '#model/duration.ts';
import type { Value } from '#model/reading.ts';

/** What a scenario makes of one device. Times are milliseconds since 1970. */
export interface DeviceEffects {
  readonly device: string;
  /** The whole scenario: after it everything is as it would be without. */
  readonly from: number;
  readonly to: number;
  readonly silences: readonly { readonly from: number; readonly to: number }[];
  /** What holds for a time, by property, in order of time: the last that has begun counts. */
  readonly held: ReadonlyMap<string, readonly Held[]>;
  /** What is said beside the device's own reports, in order of time. */
  readonly said: readonly Said[];
}

export interface Held {
  readonly from: number;
  readonly to: number;
  /** A value, or a way towards one. */
  readonly value: Value | Ramp;
}

export interface Said {
  readonly at: number;
  /** Properties whose value at that time is told. */
  readonly properties: readonly string[];
  readonly values?: Values;
  readonly status?: 'online' | 'offline';
  readonly isEdge: boolean;
}

const msOf = (text: string): number => parseDuration(text) ?? 0;

/** The effects of a scenario that begins at `at`, one entry for each device that it touches. */
export function effectsOf(scenario: Scenario, cast: Cast, at: number): readonly DeviceEffects[] {
  const steps = scenario.source.timeline.filter(isDeviceStep);
  const devices = new Set(steps.flatMap((step) => cast.get(step.device) ?? []));
  const to = at + scenario.lastsMs;
  return [...devices].map((device) => {
    const own = steps.filter((step) => cast.get(step.device)?.includes(device));
    return {
      device,
      from: at,
      to,
      silences: own
        .filter((step) => step.silence === true)
        .map((step) => ({ from: at + msOf(step.at), to: endOf(step, at, to) })),
      held: heldBy(own, at, to),
      said: own.flatMap((step) => [...saidBy(step, at, to)]).toSorted((one, other) => one.at - other.at),
    };
  });
}

const endOf = (step: DeviceStep, at: number, end: number): number =>
  step.until === undefined ? end : at + msOf(step.until);

/** The beginnings of a step: one, or one for each repeat. */
function beginningsOf(step: DeviceStep, at: number): number[] {
  const { times = 1, every = '0s' } = step.repeat ?? {};
  return Array.from({ length: times }, (_, index) => at + msOf(step.at) + index * msOf(every));
}

function heldBy(steps: readonly DeviceStep[], at: number, end: number): Map<string, Held[]> {
  const held = new Map<string, Held[]>();
  for (const step of steps) {
    const to = endOf(step, at, end);
    for (const [property, value] of [...Object.entries(step.set ?? {}), ...Object.entries(step.ramp ?? {})]) {
      const list = held.get(property) ?? [];
      held.set(property, list);
      list.push({ from: at + msOf(step.at), to, value });
    }
  }
  for (const list of held.values()) list.sort((one, other) => one.from - other.from);
  return held;
}

function* saidBy(step: DeviceStep, at: number, end: number): Generator<Said> {
  const begin = at + msOf(step.at);
  if (step.set) {
    const properties = Object.keys(step.set);
    yield { at: begin, properties, isEdge: true };
    yield { at: endOf(step, at, end), properties, isEdge: true };
  }
  if (step.say)
    for (const time of beginningsOf(step, at))
      yield { at: time, properties: [], values: step.say, isEdge: true };
  if (step.status) yield { at: begin, properties: [], status: step.status, isEdge: true };
  if (!step.ramp) return;
  const properties = Object.keys(step.ramp);
  const longest = Math.max(...Object.values(step.ramp).map(({ over }) => msOf(over)));
  const everyMs = step.every === undefined ? longest : msOf(step.every);
  for (let passed = Math.min(everyMs, longest); passed < longest; passed += Math.max(1_000, everyMs))
    yield { at: begin + passed, properties, isEdge: false };
  yield { at: begin + longest, properties, isEdge: true };
}

/** The value of a property at a time; `base`: what it would be without the scenario. Undefined: the scenario says nothing of it. */
export function heldValue(
  effects: DeviceEffects,
  property: string,
  at: number,
  base: Value | undefined,
): Value | undefined {
  const list = effects.held.get(property);
  if (list === undefined) return undefined;
  let index = list.length - 1;
  while (index >= 0 && (list[index]?.from ?? 0) > at) index--;
  const current = list[index];
  if (current === undefined || at >= current.to) return undefined;
  if (typeof current.value !== 'object') return current.value;
  return rounded(rampedTo(list, index, { at, base: Number(base ?? 0) }), stepOf(property));
}

/** Linear from wherever the step before had come to. */
function rampedTo(
  list: readonly Held[],
  index: number,
  { at, base }: { readonly at: number; readonly base: number },
): number {
  const current = list[index];
  if (current === undefined || at >= current.to) return base;
  const { value, from } = current;
  if (typeof value !== 'object') return Number(value);
  const before = rampedTo(list, index - 1, { at: from, base });
  const goal = 'by' in value ? base + value.by : value.to === 'normal' ? base : value.to;
  const part = Math.min(1, (at - from) / Math.max(1, msOf(value.over)));
  return before + (goal - before) * part;
}

/** As finely as such sensors tell it. */
const steps: Readonly<Record<string, number>> = {
  'smoke-density': 0.01,
  temperature: 0.1,
  humidity: 0.1,
  'gas-concentration': 0.1,
  'body-temperature': 0.1,
  'water-flow': 0.1,
  latitude: 1e-6,
  longitude: 1e-6,
};
const stepOf = (property: string): number =>
  steps[property] ?? Math.max(1, propertyCatalogue.get(property)?.resolution ?? 1);
