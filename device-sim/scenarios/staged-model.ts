import type { DeviceModel, Report, Values } from '#device-sim/devices/report.ts';
import { type DeviceEffects, heldValue, type Said } from '#device-sim/scenarios/effects.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import type { Value } from '#model/reading.ts';

/** A device as the scenarios have it: its own reports, with what they hold, say and silence. */
export const stagedModel =
  (own: DeviceModel, effectsOn: (day: SimDay) => readonly DeviceEffects[]): DeviceModel =>
  (day) => {
    const effects = effectsOn(day);
    return effects.length === 0 ? own(day) : staged(own(day), effects, day);
  };

/** A report that is lost so shortly before a silence would come in the middle of it. */
const sureBeforeMs = 60_000;
/** So long after a silence has begun a device says that it was switched off. */
const lastWordMs = 60_000;

function* staged(own: Iterable<Report>, effects: readonly DeviceEffects[], day: SimDay): Generator<Report> {
  const said = effects
    .flatMap((one) => one.said.map((what) => ({ ...what, effects: one })))
    .filter(({ at }) => at >= day.from && at < day.to)
    .toSorted((one, other) => one.at - other.at);
  const last: Record<string, Value> = {};
  let index = 0;
  let next: Values = {};
  const due = function* (until: number): Generator<Report> {
    for (let what = said[index]; what !== undefined && what.at <= until; what = said[++index]) {
      const report = told(what, { ...next, ...last });
      if (report !== undefined && !isSilent(effects, report)) yield report;
    }
  };
  for (const report of own) {
    next = report.values;
    yield* due(report.at);
    Object.assign(last, report.values);
    if (!isSilent(effects, report)) yield withEffects(report, effects);
    else if (isLastWord(effects, report)) yield { ...report, isSure: true };
  }
  yield* due(day.to);
}

/** A status is what others say of a device: it passes through a silence. */
const isSilent = (effects: readonly DeviceEffects[], { at, status }: Report): boolean =>
  status === undefined &&
  effects.some(({ silences }) => silences.some(({ from, to }) => at >= from && at < to));

/** A door that was open when the silence began is heard to shut: else it would stand open for every rule. */
const isLastWord = (effects: readonly DeviceEffects[], { at, isEdge, values }: Report): boolean =>
  isEdge &&
  Object.values(values).includes(false) &&
  effects.some(({ silences }) => silences.some(({ from }) => at >= from && at < from + lastWordMs));

function told(what: Said & { readonly effects: DeviceEffects }, base: Values): Report | undefined {
  const { at, isEdge, status } = what;
  if (status !== undefined) return { at, isEdge, status, values: {} };
  const values: Record<string, Value> = { ...what.values };
  // What the scenario holds at that time is told with it, as a device tells its whole state.
  for (const property of new Set([...what.properties, ...what.effects.held.keys()])) {
    const held = heldValue(what.effects, property, at, base[property]);
    const value = held ?? (what.properties.includes(property) ? base[property] : undefined);
    if (value !== undefined && !(property in values)) values[property] = value;
  }
  return Object.keys(values).length === 0 ? undefined : { at, isEdge, values };
}

function withEffects(report: Report, effects: readonly DeviceEffects[]): Report {
  const values: Record<string, Value> = { ...report.values };
  for (const one of effects) {
    if (report.at < one.from || report.at >= one.to) continue;
    for (const property of Object.keys(values)) {
      const held = heldValue(one, property, report.at, report.values[property]);
      if (held !== undefined) values[property] = held;
    }
  }
  const isSure = effects.some(({ silences }) =>
    silences.some(({ from }) => report.at < from && report.at >= from - sureBeforeMs),
  );
  return isSure ? { ...report, values, isSure } : { ...report, values };
}
