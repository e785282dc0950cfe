import { Chance } from '#device-sim/chance/chance.ts';
import type { DeviceModel } from '#device-sim/devices/report.ts';
import type { ExpectedAlarm, Staged, Staging } from '#device-sim/message.ts';
import { type Cast, castOf } from '#device-sim/scenarios/cast.ts';
import { type DeviceEffects, effectsOf } from '#device-sim/scenarios/effects.ts';
import { expectedOf } from '#device-sim/scenarios/expected.ts';
import { isDeviceStep, isResidentStep, type Scenario } from '#device-sim/scenarios/scenario.ts';
import { stagedModel } from '#device-sim/scenarios/staged-model.ts';
import type { Scene } from '#device-sim/scene.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import { type EpochMs, epochMs, plus } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';

/** A scenario that cannot be put on: the message says which role nobody can play. */
export class StagingError extends Error {
  override readonly name = 'StagingError';
}

export interface StageOptions {
  readonly scene: Scene;
  readonly start: EpochMs;
  readonly modelOf: (device: string) => DeviceModel | undefined;
}

const doingOf = { home: 'resting', away: 'out', asleep: 'asleep', lying: 'lying' } as const;

const dayMs = 86_400_000;
/** So much before and after a scenario its devices are in no other one. */
const apartMs = 10 * 60_000;

/** The scenarios of a world: who plays what and when, and what must come of it. */
export class Stage {
  readonly #options: StageOptions;
  readonly #staged: Staged[] = [];
  readonly #effects = new Map<string, DeviceEffects[]>();
  #expected: readonly ExpectedAlarm[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** Changes with every scenario that is put on. */
  get edition(): number {
    return this.#staged.length;
  }

  get expected(): readonly ExpectedAlarm[] {
    return this.#expected;
  }

  #effectsOn(device: string, { from, to }: SimDay): readonly DeviceEffects[] {
    return (this.#effects.get(device) ?? []).filter((one) => one.from < to && one.to >= from);
  }

  /** A device as the scenarios have it. */
  modelOf(device: string): DeviceModel | undefined {
    const own = this.#options.modelOf(device);
    return own && stagedModel(own, (day) => this.#effectsOn(device, day));
  }

  play(staging: Staging): Staged {
    const { scenario, place, device } = staging;
    const { scene } = this.#options;
    // By its own name and number: one more scenario of another kind draws nothing of this one's.
    const before = this.#staged.filter((staged) => staged.scenario === scenario.id).length;
    const chance = new Chance(scene.seed, 'scenario', scenario.id, before);
    const at = staging.at ?? this.#someTime(scenario, chance);
    const to = plus(at, scenario.lastsMs);
    const isBusy = (id: string): boolean =>
      (this.#effects.get(id) ?? []).some((one) => one.from < to + apartMs && one.to > at - apartMs);
    const cast = castOf(scenario, { fleet: scene.fleet, chance, place, device, isBusy });
    if ('refusal' in cast) throw new StagingError(cast.refusal);
    this.#direct(scenario, cast, at);
    const effects = effectsOf(scenario, cast, at);
    for (const one of effects) this.#effects.set(one.device, [...(this.#effects.get(one.device) ?? []), one]);
    const expected = expectedOf({
      scenario,
      cast,
      at,
      effects,
      fleet: scene.fleet,
      calendar: scene.calendar,
      modelOf: (id) => this.modelOf(id),
    });
    const staged: Staged = { scenario: scenario.id, from: at, to, cast, expected };
    this.#staged.push(staged);
    this.#expected = [...this.#expected, ...expected].toSorted((one, other) => one.from - other.from);
    return staged;
  }

  /** What people do instead of what they would do. */
  #direct(scenario: Scenario, cast: Cast, at: EpochMs): void {
    const { people } = this.#options.scene;
    for (const step of scenario.source.timeline) {
      if (isDeviceStep(step)) continue;
      const from = at + (parseDuration(step.at) ?? 0);
      const to = at + (step.until === undefined ? scenario.lastsMs : (parseDuration(step.until) ?? 0));
      if (isResidentStep(step))
        for (const resident of cast.get(step.resident) ?? [])
          people.change({ resident, from, to, doing: doingOf[step.is] });
      else
        for (const place of cast.get(step.home) ?? [])
          people.openTap(place, { from, to, litresPerMinute: step.water, isFlush: false });
    }
  }

  #someTime(scenario: Scenario, chance: Chance): EpochMs {
    const { start, scene } = this.#options;
    const [from, to] = hoursOf(scenario);
    const seconds = Math.floor(chance.next() * (dayMs / 1_000));
    for (let tried = 0; tried < dayMs / 1_000; tried += 60) {
      const at = epochMs(start + ((seconds + tried) % (dayMs / 1_000)) * 1_000);
      const hour = scene.calendar.hourOf(at);
      if (from <= to ? hour >= from && hour < to : hour >= from || hour < to) return at;
    }
    return start;
  }
}

function hoursOf({ source }: Scenario): readonly [from: number, to: number] {
  const [from, to] = (source.hours ?? '00:00-24:00').split('-').map((text) => {
    const [hours, minutes] = text.split(':').map(Number);
    return (hours ?? 0) + (minutes ?? 0) / 60;
  });
  return [from ?? 0, to ?? 24];
}
