import type { Device, Place } from '#model/community.ts';
import type { Observation, Value } from '#model/reading.ts';
import type { Downtimes } from '#rules/engine/counted-time.ts';
import { Diary, minuteMs } from '#rules/engine/habits/diary.ts';
import { Profile } from '#rules/engine/habits/profile.ts';
import { type Role, rolesOf } from '#rules/engine/habits/rooms.ts';
import { type Sign, signKey, signOf, writeSign } from '#rules/engine/habits/sign.ts';
import type { Clockface } from '#rules/engine/zone.ts';
import type { Past } from '#rules/language/frame.ts';

/** Late readings ask for yesterday's once more. */
const profilesKept = 2;

interface Member {
  readonly device: Device;
  readonly place: Place | undefined;
}
interface KeptProfile {
  readonly version: number;
  readonly zone: string;
  readonly profile: Profile;
}

/**
 * What is known of one resident's home: which device stands where, and the diary. All rules on the resident's habits share
 * it.
 */
export class Home {
  readonly diary: Diary;
  readonly #clockface: Clockface;
  #members: readonly Member[] = [];
  #roles: ReadonlyMap<string, Role> = new Map();
  readonly #profiles = new Map<number, KeptProfile>();
  /** The observation that was heard last, and what was made of it. */
  #heard: readonly [Observation, Observation] | undefined;

  constructor(clockface: Clockface, diary = new Diary()) {
    this.#clockface = clockface;
    this.diary = diary;
  }

  /** The resident's devices with their places. */
  settle(members: readonly Member[]): void {
    const isKnown =
      members.length === this.#members.length &&
      members.every(({ device, place }, index) => {
        const known = this.#members[index];
        return known?.device === device && known.place === place;
      });
    if (isKnown) return;
    this.#members = members.map(({ device, place }) => ({ device, place }));
    this.#roles = rolesOf(this.#members);
  }

  /** It was heard just now: each rule of a resident asks for it. */
  hasHeard(observation: Observation): boolean {
    return this.#heard?.[0] === observation;
  }

  /**
   * Writes an observation into the diary. Answers it with the signs in it, as values of their own, so that whoever judges
   * it again finds the same. `past` is that of its device.
   */
  hear(observation: Observation, past: Past): Observation {
    if (this.#heard?.[0] === observation) return this.#heard[1];
    const values = new Map<string, Value>(observation.values);
    for (const [property, value] of observation.values) {
      if (isHeartbeat(value, past.valueBefore(property, observation.at)))
        this.diary.noteHeartbeat(`${observation.device}/${property}`);
      const sign = this.#signOf(observation, property, { value, past });
      if (!sign) continue;
      this.diary.add(sign);
      values.set(signKey(property), writeSign(sign));
    }
    const heard = values.size === observation.values.size ? observation : { ...observation, values };
    this.#heard = [observation, heard];
    return heard;
  }

  /** What is usual on the day of `at`, learned of the days before. */
  profile(at: number, downtimes: Downtimes): Profile {
    const { zone } = this.#clockface;
    const day = zone.dayOf(at);
    const known = this.#profiles.get(day);
    if (known?.version === this.diary.version && known.zone === zone.name) return known.profile;
    const profile = new Profile(day, { diary: this.diary, zone, downtimes: downtimes.spans });
    this.diary.readUntil = Math.max(this.diary.readUntil, zone.instant(day, 0) / minuteMs);
    this.#profiles.delete(day);
    this.#profiles.set(day, { version: this.diary.version, zone: zone.name, profile });
    for (const old of this.#profiles.keys())
      if (this.#profiles.size > profilesKept) this.#profiles.delete(old);
    return profile;
  }

  #signOf(
    { device, at }: Observation,
    property: string,
    { value, past }: { value: Value; past: Past },
  ): Sign | null {
    const role = this.#roles.get(device);
    if (!role) return null;
    const previous = past.valueBefore(property, at);
    const previousAt = past.timeAt(property, at - 1);
    const hasHeartbeat = this.diary.hasHeartbeat(`${device}/${property}`);
    return signOf({ at, property, value, previous, previousAt, hasHeartbeat }, role);
  }
}

/** "Nobody", said again: a device that says the same again without anybody's doing. */
const isHeartbeat = (value: Value, previous: Value | undefined): boolean =>
  value === previous && (value === false || value === 0);
