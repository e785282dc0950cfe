import { type EpochMs, epochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Observation } from '#model/reading.ts';
import { Beside } from '#rules/backtest/beside.ts';
import { Course } from '#rules/backtest/course.ts';
import type { Episodes } from '#rules/backtest/episodes.ts';
import { Clocks, factOf } from '#rules/backtest/known-facts.ts';
import { Observations } from '#rules/backtest/observations.ts';
import type { Past } from '#rules/backtest/past.ts';
import { knownOfDevices, type Wanted, wantedOf } from '#rules/backtest/wanted.ts';
import { warmUpMs } from '#rules/backtest/warm-up.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import type { Rule } from '#rules/language/rule.ts';

export interface RunOptions {
  /** Enabled, not in the shadow. */
  readonly rule: Rule;
  readonly version: number;
  /** Of today; its modes are changed to those of then. */
  readonly configuration: Configuration;
  /** Alarms that begin in from ≤ t < to are told. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Who was connected, and whose clock was wrong, are facts on the system clock only. */
  readonly clock: ClockKind;
  readonly downtimes: readonly Downtime[];
  /** The longest lateness of all rules in force: readings that are not later are kept for look-ups. */
  readonly keptMs: number;
  readonly past: Past;
}

export interface Ran {
  readonly episodes: Episodes;
  /** How many devices the rule is for. */
  readonly selected: number;
  readonly readings: number;
  /** How long the rule wanted to hear readings before `from`, ms. */
  readonly warmUpMs: number;
  /** From when it heard them: where the history begins, at the earliest. */
  readonly heardFrom: EpochMs;
  /** Of the history; null: it is empty. */
  readonly firstReading: EpochMs | null;
  /** Up to when it ran: before `to` when there were too many alarms to go on. */
  readonly endedAt: EpochMs;
}

/** Runs one rule over the past. Nothing outside of it changes but the modes of the given configuration. */
export async function runOver(options: RunOptions): Promise<Ran> {
  const { configuration, from, past, rule, to, version } = options;
  const wanted = wantedOf(rule, configuration);
  const warmUp = warmUpMs(rule, configuration);
  const extent = await past.extent();
  const heardFrom = epochMs(Math.max(from - warmUp, Math.min(extent?.first ?? from, from)));
  const course = new Course(configuration, from);
  const beside = await besideOf(course, wanted, { ...options, heardFrom });
  const { batches, series } = await past.received({ of: wanted.devices, from: heardFrom, to });
  const observations = new Observations(series, () => course.nextPosition());
  const clocks = wanted.asksClocks && options.clock === 'system' ? new Clocks() : null;
  const begin = (at: EpochMs): void => {
    beside.pass(at);
    course.begin({ id: rule.id, version, source: rule.source }, { at, keptMs: options.keptMs });
  };
  // Where the history begins, what was received first need not be what was measured first.
  const isCut = heardFrom > from - warmUp;
  if (!isCut) begin(heardFrom);
  const judge = (observation: Observation): void => {
    const { device, receivedAt } = observation;
    if (!course.hasBegun) begin(receivedAt);
    beside.pass(receivedAt);
    course.reach(receivedAt);
    course.observe(observation);
    const isWrong = clocks?.hear(observation);
    if (isWrong === undefined) return;
    const fact = { device, property: knownOfDevices.clockWrong, value: isWrong };
    course.observe(factOf(fact, receivedAt, course.nextPosition()));
  };
  for await (const batch of batches) {
    observations.each(batch, judge);
    if (course.episodes.isFull) break;
  }
  if (!course.hasBegun) begin(heardFrom);
  const endedAt = course.episodes.isFull ? epochMs(Math.min(course.now, to)) : to;
  beside.pass(endedAt);
  course.reach(endedAt);
  return {
    episodes: course.episodes,
    selected: wanted.selected,
    readings: observations.readings,
    warmUpMs: warmUp,
    heardFrom,
    firstReading: extent?.first ?? null,
    endedAt,
  };
}

async function besideOf(
  course: Course,
  wanted: Wanted,
  { clock, configuration, downtimes, heardFrom, past, to }: RunOptions & { readonly heardFrom: EpochMs },
): Promise<Beside> {
  const asksPresence = wanted.properties.has(knownOfDevices.online) && clock === 'system';
  return new Beside(course, {
    configuration,
    downtimes,
    modes: await past.context({ from: epochMs(0), to, kind: 'mode' }),
    presence: asksPresence ? await past.context({ from: heardFrom, to, kind: 'presence' }) : [],
  });
}
