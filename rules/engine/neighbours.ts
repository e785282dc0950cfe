import type { Configuration } from '#model/configuration.ts';
import type { Holder } from '#rules/engine/holder.ts';
import { leewayMs } from '#rules/engine/leeway.ts';
import type { Span } from '#rules/engine/stream.ts';
import type { AskedAgain } from '#rules/engine/subject.ts';
import type { Watch } from '#rules/engine/watch.ts';
import type { OthersNeed } from '#rules/language/needs.ts';

const longestLatenessMs = 24 * 3_600_000;

/** A device, as its neighbours see it. */
interface Neighbour extends Holder {
  readonly parts: ReadonlyMap<string, Holder>;
  /** Whether it said so in [at − length, at]. */
  said(need: OthersNeed, at: number): boolean;
}

/** The devices below one place that may say so, and the rules that count them. */
interface Circle {
  /** With the time of the newest reading that said so, epoch ms. */
  readonly said: Map<Neighbour, number>;
  /** No rule has asked for a time later than this. */
  askedAt: number;
}

/** Who is near whom, and who said what: for `others()`. Made from the configuration and the tracks, and never kept. */
export class Neighbours {
  readonly #configuration: Configuration;
  readonly #devices: ReadonlyMap<string, Neighbour>;
  #below: Map<string, Neighbour[]> | undefined;
  readonly #circles = new Map<string, Circle>();

  constructor(configuration: Configuration, devices: ReadonlyMap<string, Neighbour>) {
    this.#configuration = configuration;
    this.#devices = devices;
  }

  /** Rules or configuration changed, or the clock was set back. */
  forget(): void {
    this.#below = undefined;
    this.#circles.clear();
  }

  /** A device is new, and has said nothing yet. */
  join(device: Neighbour): void {
    if (this.#below) sortInto(this.#below, device, this.#configuration);
  }

  /** How many others said so in [at − length, at]; undefined: there is no such place above the device. */
  count(need: OthersNeed, device: Neighbour, at: number): number | undefined {
    const place = this.#placeOf(need, device);
    if (place === undefined) return undefined;
    const circle = this.#circle(need, place);
    circle.askedAt = Math.max(circle.askedAt, at);
    let count = 0;
    for (const [other, saidAt] of circle.said) {
      if (saidAt < circle.askedAt - need.lengthMs - longestLatenessMs) circle.said.delete(other);
      else if (other !== device && saidAt >= at - need.lengthMs && other.said(need, at)) count++;
    }
    return count;
  }

  /** From when on a count of others is what it was then: of what they said before some may be forgotten. */
  knownSince(need: OthersNeed, device: Neighbour, { latenessMs, now }: AskedAgain): number {
    const place = this.#placeOf(need, device);
    // Nobody has asked for a later time than the leeway allows: `count` leaves out who spoke a day before that.
    let since = now + leewayMs - longestLatenessMs;
    for (const other of place === undefined ? [] : this.#membersOf(place)) {
      const track = other === device ? undefined : other.series.track(need.property);
      since = Math.max(since, track?.knownSince(need.lengthMs, latenessMs) ?? since);
    }
    return since;
  }

  /**
   * A device's readings of a property changed from `at` on. Answers the rules of others that counted it and have judged a
   * later time already.
   */
  heard(device: Neighbour, needs: readonly OthersNeed[], at: number): readonly Watch[] {
    const found = new Set<Watch>();
    for (const need of needs) {
      const place = this.#placeOf(need, device);
      if (place === undefined) continue;
      const circle = this.#circle(need, place);
      if (device.valueAt(need.property, at) === need.value)
        circle.said.set(device, Math.max(circle.said.get(device) ?? at, at));
      if (circle.askedAt < at) continue;
      const span = soleSpan(need, device, at);
      if (!span) continue;
      for (const watch of this.#askers(need, place, device)) if (watch.hasJudged(span)) found.add(watch);
    }
    return found.size === 0 ? nobody : [...found].sort(byOrder);
  }

  #askers(need: OthersNeed, place: string, except: Neighbour): readonly Watch[] {
    return this.#membersOf(place)
      .filter((member) => member !== except)
      .flatMap((member) => [member, ...member.parts.values()])
      .flatMap(({ watches }) => [...watches.values()])
      .filter(({ rule }) => rule.needs.includes(need));
  }

  #placeOf({ scope }: OthersNeed, { device }: Neighbour): string | undefined {
    return (
      this.#configuration.enclosing(device.place, scope) ??
      (scope === 'community' ? this.#configuration.communityId : undefined)
    );
  }

  #circle(need: OthersNeed, place: string): Circle {
    const name = `${place} ${need.property} ${typeof need.value} ${need.value} ${need.lengthMs}`;
    const known = this.#circles.get(name);
    if (known) return known;
    const circle: Circle = { said: new Map(), askedAt: Number.NEGATIVE_INFINITY };
    for (const member of this.#membersOf(place)) {
      const saidAt = member.series.lastSaid(need.property, need.value);
      if (saidAt !== undefined) circle.said.set(member, saidAt);
      for (const { watches } of [member, ...member.parts.values()])
        for (const { clock } of watches.values()) circle.askedAt = Math.max(circle.askedAt, clock);
    }
    this.#circles.set(name, circle);
    return circle;
  }

  #membersOf(place: string): readonly Neighbour[] {
    this.#below ??= this.#sortIn();
    return this.#below.get(place) ?? [];
  }

  #sortIn(): Map<string, Neighbour[]> {
    const below = new Map<string, Neighbour[]>();
    for (const device of this.#devices.values()) sortInto(below, device, this.#configuration);
    return below;
  }
}

function sortInto(below: Map<string, Neighbour[]>, device: Neighbour, configuration: Configuration): void {
  for (const place of configuration.path(device.device.place)) {
    const members = below.get(place);
    if (members) members.push(device);
    else below.set(place, [device]);
  }
}

const nobody: readonly Watch[] = [];

/**
 * The times for which it matters that this reading said so: in whose windows it is, and no other that said the same. Null:
 * there are none. Of one that says something else it is not known what it was before: all whose windows it is in.
 */
function soleSpan({ property, value, lengthMs }: OthersNeed, { series }: Neighbour, at: number): Span | null {
  const track = series.track(property);
  if (track?.valueAt(at) !== value) return { from: at, to: at + lengthMs };
  const here = track.ordinalAt(at);
  let from = at;
  let to = at + lengthMs;
  for (let before = here - 1; before >= track.first; before--) {
    const saidAt = track.timeOf(before) ?? Number.NEGATIVE_INFINITY;
    if (saidAt + lengthMs < from) break;
    if (track.valueOf(before) === value) from = saidAt + lengthMs + 1;
  }
  for (let after = here + 1; after <= track.last; after++) {
    const saidAt = track.timeOf(after) ?? Number.POSITIVE_INFINITY;
    if (saidAt > to) break;
    if (track.valueOf(after) === value) to = saidAt - 1;
  }
  return from > to ? null : { from, to };
}

function byOrder(a: Watch, b: Watch): number {
  const [ruleA, keyA] = a.order;
  const [ruleB, keyB] = b.order;
  if (ruleA !== ruleB) return ruleA < ruleB ? -1 : 1;
  return keyA < keyB ? -1 : Number(keyA > keyB);
}
