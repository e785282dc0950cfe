import { guessKind, isKnownKind, type KindGuess } from '#ingest/kind-guess.ts';
import type { Newcomers, Readdressed, Told } from '#ingest/stage.ts';
import { type DeviceId, day, durationMs, type EpochMs, minute } from '#model/brand.ts';
import { carriedId } from '#model/carried-id.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import { iso } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { formatDuration } from '#model/duration.ts';
import { probationFrom } from '#model/probation.ts';

/** Of one gateway; each weighs a few KB in memory and on disk, and is looked at with every round of all devices. */
export const mostUnclaimed = 1_000;
/** Beyond, for matters of life: no crowd of thermometers keeps a smoke detector from being heard. */
export const mostUnclaimedOfLife = 250;
/** Beyond, for those that say danger with their first word: of thousands of detectors that are added at once, the one that burns is heard. */
export const mostUnclaimedInDanger = 250;

const longestName = 200;

/**
 * Makes devices of what gateways carry and nobody knows, by their messages alone: the same log gives the same devices. They are in
 * the configuration at once; who has `taken` them sees to it that they come into the store, and to the rules before these judge what
 * they said.
 */
export class NewcomerDesk implements Newcomers {
  readonly #configuration: Configuration;
  readonly #fresh = new Map<DeviceId, Device>();
  readonly #moves: Readdressed[] = [];
  /** While records run through again none comes: those that came are in the store. */
  isOpen = false;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  welcome(gateway: Device, told: Told): Device | string {
    if (!this.isOpen) return 'it was none when this was read first';
    const seen = kindOf(told);
    const ofLife = isOfLife(seen.kind) ? mostUnclaimedOfLife : 0;
    const most = mostUnclaimed + ofLife + (ofLife > 0 && told.isDanger ? mostUnclaimedInDanger : 0);
    if (this.#configuration.unclaimedOf(gateway.id) >= most)
      return `${most} devices of ${gateway.id} wait already for somebody to claim or delete them`;
    const { address, model } = told;
    return this.#put({
      id: carriedId(gateway.id, address, (id) => this.#configuration.device(id) !== undefined),
      ...seen,
      name: nameOf(told),
      place: gateway.place,
      gateway: gateway.id,
      address,
      ...(model ? { model: model.slice(0, longestName) } : {}),
      ...cadenceOf(told),
      unclaimed: true,
    });
  }

  regard(unclaimed: Device, told: Told): Device {
    if (!this.isOpen) return unclaimed;
    const { model = told.model } = unclaimed;
    const standing = unclaimed.guess?.from === 'gateway' ? unclaimed.kind : undefined;
    const kind = weightierOf(standing, told.kind);
    const next: Device = {
      ...unclaimed,
      ...kindOf({ ...told, ...(kind === undefined ? {} : { kind }) }),
      ...(model ? { model: model.slice(0, longestName) } : {}),
    };
    return JSON.stringify(next) === JSON.stringify(unclaimed) ? unclaimed : this.#put(next);
  }

  readdress(moves: readonly Readdressed[]): void {
    if (this.isOpen) this.#moves.push(...moves);
  }

  /** Those that their gateways renamed since the last call. */
  takeReaddressed(): readonly Readdressed[] {
    return this.#moves.splice(0);
  }

  /** Those that came or are seen otherwise since the last call, as of `now`. */
  take(now: EpochMs): readonly Device[] {
    if (this.#fresh.size === 0) return none;
    const taken = Array.from(this.#fresh.values(), (device): Device => {
      if (device.firstHeard !== undefined) return device;
      return { ...device, firstHeard: iso(now), probationUntil: iso(probationFrom(now)) };
    });
    this.#fresh.clear();
    return taken;
  }

  #put(device: Device): Device {
    this.#configuration.apply({ op: 'put', resource: 'device', id: device.id, body: device });
    this.#fresh.set(device.id, device);
    return device;
  }
}

const none: readonly Device[] = [];

function kindOf({ kind, properties }: Told): Pick<Device, 'kind' | 'guess'> {
  const guess = guessKind(properties);
  if (isKnownKind(kind) && !isMissed(guess, kind)) return { kind, guess: { from: 'gateway', because: [] } };
  const from = guess.because.length === 0 ? 'nothing' : 'properties';
  return { kind: guess.kind, guess: { from, because: [...guess.because] } };
}

/** Silence is judged by what its gateway promises, but for promises that a busy radio breaks. */
const cadenceOf = ({ expectEveryMs = 0 }: Told): Pick<Device, 'expectEvery'> =>
  expectEveryMs >= minute && expectEveryMs <= mostSilent
    ? { expectEvery: formatDuration(durationMs(expectEveryMs)) }
    : {};
const mostSilent = 31 * day;

/**
 * A gateway may tell kinds by what is said at the time: of one that sees motion and smoke, both. Rules know smoke by the kind, so what is
 * a matter of life counts more than a kind that has nothing of it.
 */
function isMissed({ because, kind }: KindGuess, told: string): boolean {
  if (!isOfLife(kind)) return false;
  if (isOfLife(told)) return kind === smokeDetector && told !== smokeDetector;
  const known = deviceKindCatalogue.get(told)?.properties ?? [];
  return !because.some((property) => known.includes(property));
}
const smokeDetector = 'smoke-detector';

/**
 * Of what a gateway told before and tells now of the same thing: now a door, now motion, as its parts are told of. The first stands, or
 * each message would make another device of it; a matter of life counts more.
 */
function weightierOf(standing: string | undefined, told: string | undefined): string | undefined {
  if (!isKnownKind(told)) return standing;
  return standing === undefined || weightOf(told) > weightOf(standing) ? told : standing;
}
const weightOf = (kind: string): number => (kind === smokeDetector ? 2 : isOfLife(kind) ? 1 : 0);

const isOfLife = (kind: string): boolean => deviceKindCatalogue.get(kind)?.lifeSafety === true;

/** What its gateway calls it; without what no line of a table can show. */
export function nameOf({ address, name }: Pick<Told, 'address' | 'name'>): string {
  const plain = (name ?? '').replaceAll(/\p{Cc}+/gu, ' ').trim();
  return (plain || address).slice(0, longestName);
}
