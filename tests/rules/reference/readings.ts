import { DateTime } from 'luxon';
import type { Value } from '#model/reading.ts';
import type { NumberTree, WindowName } from '#tests/rules/reference/rule-tree.ts';
import { devices, nearest, path } from '#tests/rules/reference/village.ts';

/** One message of a device; times in epoch ms. */
export interface Message {
  readonly at: number;
  readonly device: string;
  readonly values: Readonly<Record<string, Value>>;
}

/** The case that a condition is judged in. */
export interface Setting {
  /** Everything that was ever said, later things too. */
  readonly messages: readonly Message[];
  readonly unitMs: number;
  readonly zone: string;
}

/** A message that is judged, for one of the rule's properties. */
export interface Moment {
  readonly message: Message;
  readonly property: string;
  /** What of the device is looked at: everything, or only messages with this credential. */
  readonly credential: Value | null;
}

interface Reading {
  readonly at: number;
  readonly value: Value;
}

/** The device's readings of a property, oldest first, from all there is. */
function readingsOf(property: string, { message, credential }: Moment, setting: Setting): readonly Reading[] {
  const found: Reading[] = [];
  for (const { at, device, values } of setting.messages) {
    const value = values[property];
    if (device !== message.device || value === undefined) continue;
    if (credential === null || values['credential'] === credential) found.push({ at, value });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** The newest reading that is not after the moment. */
export function lastOf(property: string, moment: Moment, setting: Setting): Reading | undefined {
  return readingsOf(property, moment, setting).findLast(({ at }) => at <= moment.message.at);
}

export function previousOf(moment: Moment, setting: Setting): Value | undefined {
  return readingsOf(moment.property, moment, setting).findLast(({ at }) => at < moment.message.at)?.value;
}

/** In [at − length, at], both ends included. */
function within(property: string, lengthMs: number, moment: Moment, setting: Setting): readonly Reading[] {
  const to = moment.message.at;
  return readingsOf(property, moment, setting).filter(({ at }) => at >= to - lengthMs && at <= to);
}

/** In thousandths, which are whole: the sum of what is written with three digits has no error. */
const thousandths = (value: Value): number => Math.round(Number(value) * 1000);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function overWindow(fn: WindowName, readings: readonly Reading[]): number | undefined {
  if (fn === 'count') return readings.length;
  const oldest = readings[0];
  const newest = readings.at(-1);
  if (!oldest || !newest) return undefined;
  const numbers = readings.map(({ value }) => Number(value));
  const sum = total(readings.map(({ value }) => thousandths(value))) / 1000;
  const delta = (thousandths(newest.value) - thousandths(oldest.value)) / 1000;
  switch (fn) {
    case 'avg':
      return sum / numbers.length;
    case 'sum':
      return sum;
    case 'min':
      return Math.min(...numbers);
    case 'max':
      return Math.max(...numbers);
    case 'delta':
      return delta;
    case 'rate':
      return readings.length < 2 ? undefined : (delta * 60_000) / (newest.at - oldest.at);
  }
}

type Others = Extract<NumberTree, { is: 'others' }>;

function othersOf(
  { property, value, scope, length }: Others,
  moment: Moment,
  setting: Setting,
): number | undefined {
  const here = devices.find(({ id }) => id === moment.message.device);
  const around = here && nearest(here.place, scope);
  if (!here || around === undefined) return undefined;
  const others = devices.filter(({ id, place }) => id !== here.id && path(place).includes(around));
  const to = moment.message.at;
  const from = to - length * setting.unitMs;
  return others.filter(({ id }) =>
    setting.messages.some(
      ({ at, device, values }) => device === id && values[property] === value && at >= from && at <= to,
    ),
  ).length;
}

/** Mean and deviation at this hour of the day on the 14 local days before. */
function baselineOf(
  property: string,
  moment: Moment,
  setting: Setting,
): { n: number; mean?: number; sd?: number } {
  const local = (at: number): DateTime => DateTime.fromMillis(at, { zone: setting.zone });
  const today = local(moment.message.at);
  const steps = readingsOf(property, moment, setting)
    .filter(({ at }) => {
      const then = local(at);
      const days = today.startOf('day').diff(then.startOf('day'), 'days').days;
      return then.hour === today.hour && Math.round(days) >= 1 && Math.round(days) <= 14;
    })
    .map(({ value }) => thousandths(value));
  const n = steps.length;
  if (n === 0) return { n };
  const sum = total(steps);
  if (n === 1) return { n, mean: sum / 1000 / n };
  const squares = total(steps.map((step) => step * step));
  return { n, mean: sum / 1000 / n, sd: Math.sqrt((n * squares - sum * sum) / (n * (n - 1))) / 1000 };
}

/** The number that a tree stands for; undefined: unknown. */
export function numberOf(tree: NumberTree, moment: Moment, setting: Setting): number | undefined {
  switch (tree.is) {
    case 'literal':
      return tree.number;
    case 'value':
      return numeric(moment.message.values[moment.property]);
    case 'previous':
      return numeric(previousOf(moment, setting));
    case 'last':
      return numeric(lastOf(tree.property, moment, setting)?.value);
    case 'window':
      return overWindow(tree.fn, within(tree.property, tree.length * setting.unitMs, moment, setting));
    case 'count-where':
      return within(tree.property, tree.length * setting.unitMs, moment, setting).filter(
        ({ value }) => value === tree.value,
      ).length;
    case 'others':
      return othersOf(tree, moment, setting);
    case 'baseline':
      return baselineOf(tree.property, moment, setting)[tree.part];
    case 'plus':
    case 'minus': {
      const left = numberOf(tree.left, moment, setting);
      const right = numberOf(tree.right, moment, setting);
      if (left === undefined || right === undefined) return undefined;
      return tree.is === 'plus' ? left + right : left - right;
    }
  }
}

const numeric = (value: Value | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;
