import type { Holder } from '#rules/engine/holder.ts';
import { Lane } from '#rules/engine/lane.ts';
import type { Rosters } from '#rules/engine/roster.ts';
import type { RuleSet } from '#rules/engine/rule-set.ts';
import type { Channel } from '#rules/engine/series/channel.ts';
import type { Keeping } from '#rules/engine/series/track.ts';
import type { LoadedRule } from '#rules/engine/subject.ts';
import type { Watch } from '#rules/engine/watch.ts';
import type { OthersNeed } from '#rules/language/needs.ts';

/** What a reading of one property concerns. */
export interface Wake {
  readonly watches: readonly Watch[];
  /** The same watches, with what they share. */
  readonly lane: Lane;
  /** They look it up without being woken. */
  readonly referring: readonly Watch[];
  /** Null when no rule cares for what was said before. */
  readonly channel: Channel | null;
  readonly keeping: Keeping;
  /** Rules of other devices count who says so. */
  readonly others: readonly OthersNeed[];
  /** Some rule looks it up or counts it. */
  readonly isReferred: boolean;
}

/** Who keeps the rules and makes a watch where there is none. */
export interface WatchKeeper {
  readonly rules: RuleSet;
  /** Of this holder, or of several devices together that it belongs to. */
  find(holder: Holder, loaded: LoadedRule): Watch;
}

const nobody: readonly Watch[] = [];

/** What a reading of `property` concerns at a holder for which these rules are. */
export function makeWake(holder: Holder, property: string, { keeper, isMine, others }: Sought): Wake {
  const { rules } = keeper;
  const woken = rules.woken(property).filter(isMine);
  const referring = rules.referring(property).filter(isMine);
  const all = [...woken, ...referring];
  const isTracked = others.length > 0 || referring.length > 0 || woken.some(({ rule }) => !rule.anyProperty);
  const needs = all.flatMap(({ rule }) => rule.needs.filter((need) => need.property === property));
  const isUsualWanted = needs.some(({ kind }) => kind === 'baseline');
  const lengths = [...needs, ...others].flatMap((need) =>
    need.kind === 'baseline' || (need.kind === 'others' && !others.includes(need)) ? [] : [need.lengthMs],
  );
  const find = (loaded: LoadedRule): Watch => keeper.find(holder, loaded);
  const watches = woken.map(find);
  return {
    watches,
    lane: laneOf(holder, property, { rosters: rules.rosters, watches }),
    referring: referring.length === 0 ? nobody : referring.map(find),
    channel: isTracked ? holder.series.channel(property, { isUsualWanted }) : null,
    keeping: rules.keeping(Math.max(0, ...lengths)),
    others,
    isReferred: referring.length > 0 || others.length > 0,
  };
}

/** The one that there was, if the same rules still share it. */
function laneOf(
  holder: Holder,
  property: string,
  { rosters, watches }: { rosters: Rosters; watches: readonly Watch[] },
): Lane {
  const known = holder.lanes.get(property);
  if (known?.isOf(watches)) {
    known.renew(rosters);
    return known;
  }
  known?.end();
  const lane = new Lane(holder, property, { rosters, watches });
  if (lane.isShared) holder.lanes.set(property, lane);
  else holder.lanes.delete(property);
  return lane;
}

/** A device that invents names of properties bounds what is kept for them. */
const mostProperties = 500;

/** What readings concern, by property: found once, then kept until rules or configuration change. */
export class Wakes {
  readonly #known = new Map<string, Wake>();
  /** The one asked for last: most devices say the same property again and again. */
  #property = '';
  #wake: Wake | undefined;

  of(property: string): Wake | undefined {
    if (property === this.#property) return this.#wake;
    this.#property = property;
    this.#wake = this.#known.get(property);
    return this.#wake;
  }

  keep(property: string, wake: Wake): Wake {
    if (this.#known.size >= mostProperties) this.#known.clear();
    this.#known.set(property, wake);
    this.#property = property;
    this.#wake = wake;
    return wake;
  }

  forget(): void {
    this.#known.clear();
    this.#property = '';
    this.#wake = undefined;
  }
}

interface Sought {
  readonly keeper: WatchKeeper;
  readonly isMine: (loaded: LoadedRule) => boolean;
  readonly others: readonly OthersNeed[];
}
