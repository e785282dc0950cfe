import { minute } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Device, Mode } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { ModeTimeline } from '#rules/engine/holds.ts';
import type { RuleSet } from '#rules/engine/rule-set.ts';
import { whyNotSelected } from '#rules/engine/selection.ts';
import type { DeviceSnapshot, WatchSnapshot } from '#rules/engine/snapshot.ts';
import type { LoadedRule, Subject } from '#rules/engine/subject.ts';
import { Track } from '#rules/engine/track.ts';
import type { Watch } from '#rules/engine/watch.ts';
import { DeviceFacts, PlaceFacts, ResidentFacts } from '#rules/language/facts.ts';
import type { Frame, Past } from '#rules/language/frame.ts';

/** How far a device's clock may be ahead (docs/contract.md, Time). */
export const leewayMs = 5 * minute;

/** A device that invents names of properties bounds what is kept for them. */
const mostProperties = 500;

/** What a reading of one property of one device concerns. */
export interface Wake {
  readonly watches: readonly Watch[];
  /** They look it up without being woken. */
  readonly referring: readonly Watch[];
  /** Null when no rule cares for what was said before. */
  readonly track: Track | null;
}

/** Who keeps the rules and makes a watch where there is none. */
interface WatchKeeper {
  readonly rules: RuleSet;
  find(device: DeviceState, loaded: LoadedRule): Watch;
}

/** A device: who it is, what it said lately, and its rules. */
export class DeviceState implements Subject {
  device: Device;
  isLifeSafety = false;
  modes: ModeTimeline;
  readonly watches = new Map<string, Watch>();
  /** State of rules that are not loaded now, by rule id: restored, or of a rule that is broken. */
  readonly dormant = new Map<string, WatchSnapshot>();
  readonly tracks = new Map<string, Track>();
  /** Time of the newest that was heard or judged. */
  #newestAt = Number.NEGATIVE_INFINITY;
  readonly #wakes = new Map<string, Wake>();
  #identity = '';
  #facts = new DeviceFacts('', '', []);
  #place: PlaceFacts | undefined;
  #resident: ResidentFacts | undefined;

  constructor(device: Device, configuration: Configuration, snapshot?: DeviceSnapshot) {
    this.device = device;
    this.modes = new ModeTimeline(snapshot?.modes);
    for (const [property, pairs] of Object.entries(snapshot?.tracks ?? {}))
      this.tracks.set(property, Track.fromJson(pairs));
    for (const [rule, watch] of Object.entries(snapshot?.watches ?? {})) this.dormant.set(rule, watch);
    for (const { newestAt } of this.tracks.values()) this.#newestAt = Math.max(this.#newestAt, newestAt ?? 0);
    for (const { clock } of this.dormant.values()) this.#newestAt = Math.max(this.#newestAt, clock ?? 0);
    this.refresh(device, configuration);
  }

  /** Something is heard at `at`. Answers whether what was heard before lies further ahead than any clock may. */
  hear(at: number, receivedAt: number): boolean {
    const isAhead = this.#newestAt > receivedAt + leewayMs;
    if (at > this.#newestAt) this.#newestAt = at;
    return isAhead;
  }

  /**
   * The clock that gave the times was ahead and was set back to `at`: what it gave later is set aside. Answers the
   * watches that changed.
   */
  setBack(at: number): readonly Watch[] {
    const limit = at + leewayMs;
    this.#newestAt = Math.min(this.#newestAt, at);
    // So long before, so that what is heard from now on is newer.
    for (const track of this.tracks.values()) track.rebase(at - leewayMs, limit);
    return [...this.watches.values()].filter((watch) => watch.setBack(at, limit));
  }

  /** Takes the configuration over; answers whether it says something else than before. */
  refresh(device: Device, configuration: Configuration): boolean {
    const place = configuration.place(device.place);
    const resident = device.resident === undefined ? undefined : configuration.resident(device.resident);
    const path = configuration.path(device.place);
    const identity = JSON.stringify([device, place, resident, path]);
    if (identity === this.#identity) return false;
    this.#identity = identity;
    this.device = device;
    this.isLifeSafety = deviceKindCatalogue.get(device.kind)?.lifeSafety ?? false;
    this.#facts = new DeviceFacts(device.id, device.kind, device.tags ?? []);
    this.#place = place && new PlaceFacts(place.id, place.kind, path);
    this.#resident = resident && new ResidentFacts(resident);
    return true;
  }

  setModes(modes: readonly Mode[], now: number): boolean {
    return this.modes.set(modes, now);
  }

  fill(frame: Frame): void {
    frame.device = this.#facts;
    frame.placeFacts = this.#place;
    frame.residentFacts = this.#resident;
    frame.past = this;
  }

  valueAt(property: string, at: number): ReturnType<Past['valueAt']> {
    return this.tracks.get(property)?.valueAt(at);
  }
  timeAt(property: string, at: number): number | undefined {
    return this.tracks.get(property)?.timeAt(at);
  }
  valueBefore(property: string, at: number): ReturnType<Past['valueBefore']> {
    return this.tracks.get(property)?.valueBefore(at);
  }

  ask(): number | undefined {
    return undefined;
  }
  usual(): ReturnType<Past['usual']> {
    return { n: 0, mean: undefined, sd: undefined };
  }

  forgetWakes(): void {
    this.#wakes.clear();
  }

  /** Found once for each property, then kept until rules or configuration change. */
  wake(property: string, keeper: WatchKeeper, configuration: Configuration): Wake {
    const known = this.#wakes.get(property);
    if (known) return known;
    const isMine = ({ rule }: LoadedRule): boolean =>
      whyNotSelected(rule, this.device, configuration) === null;
    const woken = keeper.rules.woken(property).filter(isMine);
    const referring = keeper.rules.referring(property).filter(isMine);
    const find = (loaded: LoadedRule): Watch => keeper.find(this, loaded);
    const isTracked = referring.length > 0 || woken.some(({ rule }) => !rule.anyProperty);
    const wake = {
      watches: woken.map(find),
      referring: referring.map(find),
      track: isTracked ? this.#track(property) : null,
    };
    if (this.#wakes.size >= mostProperties) this.#wakes.clear();
    this.#wakes.set(property, wake);
    return wake;
  }

  #track(property: string): Track {
    const track = this.tracks.get(property) ?? new Track();
    this.tracks.set(property, track);
    return track;
  }
}
