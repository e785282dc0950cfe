import type { Device, Place } from '#model/community.ts';
import type { Observation } from '#model/reading.ts';
import type { Downtimes } from '#rules/engine/counted-time.ts';
import { Diary, type DiaryJson, minuteMs } from '#rules/engine/habits/diary.ts';
import { Profile } from '#rules/engine/habits/profile.ts';
import { type Role, rolesOf } from '#rules/engine/habits/rooms.ts';
import { type Sign, signOf } from '#rules/engine/habits/sign.ts';
import type { Zone } from '#rules/engine/zone.ts';
import type { Past } from '#rules/language/frame.ts';

/** Late readings ask for yesterday's once more. */
const profilesKept = 2;

/**
 * What is known of one resident's home: which device stands where, and the diary. All rules on the resident's habits
 * share it. `hear` takes every reading in once, when it arrives; `signs` may be asked again and again.
 */
export class Home {
  readonly #downtimes: Downtimes;
  #zone: Zone;
  #roles: ReadonlyMap<string, Role> = new Map();
  readonly diary: Diary;
  readonly #profiles = new Map<number, { readonly version: number; readonly profile: Profile }>();

  constructor({
    zone,
    downtimes,
    diary,
  }: { zone: Zone; downtimes: Downtimes; diary?: DiaryJson | undefined }) {
    this.#zone = zone;
    this.#downtimes = downtimes;
    this.diary = diary ? Diary.fromJson(diary) : new Diary();
  }

  /** The resident's devices with their places, and the zone, as the configuration has them now. */
  settle(
    devices: readonly { readonly device: Device; readonly place: Place | undefined }[],
    zone: Zone,
  ): void {
    this.#roles = rolesOf(devices);
    this.#zone = zone;
    this.#profiles.clear();
  }

  /** Writes an observation into the diary. `past` is that of its device. */
  hear(observation: Observation, past: Past): void {
    for (const [property, value] of observation.values)
      if (value === false || value === 0) this.diary.noteFalse(`${observation.device}/${property}`);
    for (const sign of this.signs(observation, past)) this.diary.add(sign);
  }

  /** What an observation says about the resident. */
  signs(observation: Observation, past: Past): readonly Sign[] {
    const role = this.#roles.get(observation.device);
    if (!role) return [];
    const signs: Sign[] = [];
    for (const [property, value] of observation.values) {
      const sign = signOf(
        {
          at: observation.at,
          property,
          value,
          previous: past.valueBefore(property, observation.at),
          previousAt: past.timeAt(property, observation.at - 1),
          saysFalse: this.diary.saysFalse(`${observation.device}/${property}`),
        },
        role,
      );
      if (sign) signs.push(sign);
    }
    return signs;
  }

  /** What is usual on the day of `at`, learned of the days before. */
  profile(at: number): Profile {
    const day = this.#zone.dayOf(at);
    const known = this.#profiles.get(day);
    if (known?.version === this.diary.version) return known.profile;
    const asked = { diary: this.diary, zone: this.#zone, downtimes: this.#downtimes.spans };
    const profile = new Profile(day, asked);
    this.diary.readUntil = Math.max(this.diary.readUntil, this.#zone.instant(day, 0) / minuteMs);
    this.#profiles.delete(day);
    this.#profiles.set(day, { version: this.diary.version, profile });
    for (const old of this.#profiles.keys())
      if (this.#profiles.size > profilesKept) this.#profiles.delete(old);
    return profile;
  }
}
