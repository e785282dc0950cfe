import { isDeepStrictEqual } from 'node:util';
import type { EpochMs } from '#model/brand.ts';
import type { Actor } from '#model/record.ts';

/** Where a rule comes from: the rule library, a file of the rules directory, or somebody at the API. */
export type RuleOrigin = 'library' | `file:${string}` | 'api';

/**
 * A rule with camelCase keys, as it is kept. Beside what it says: `problems`, what was wrong with it and where, and `text`,
 * how its author wrote it as YAML.
 */
export type RuleBody = Readonly<Record<string, unknown>>;

/** One version of a rule. */
export interface RuleVersion {
  readonly rule: string;
  readonly version: number;
  readonly at: EpochMs;
  /** Who made it: an account, a token, `operator`, `library` or `file:NAME`. */
  readonly actor: string;
  readonly origin: RuleOrigin;
  readonly reason: string;
  /** Null: it was deleted. */
  readonly source: RuleBody | null;
}

/** Who puts the rules of the library. */
export const libraryActor: Actor = { kind: 'system', id: 'library' };
/** Who puts the rules of a file of the rules directory; `name` as in the directory. */
export const fileActor = (name: string): Actor => ({ kind: 'system', id: `file:${name}` });

/** The file that a rule of this origin stands in; null: in none. */
export const fileOf = (origin: RuleOrigin): string | null =>
  origin.startsWith('file:') ? origin.slice('file:'.length) : null;

/** What may be switched at a rule without editing it. */
const switches = ['enabled', 'shadow'] as const;

/** Equal but for the order of their keys. */
export const isSameRule = (a: RuleBody, b: RuleBody): boolean => isDeepStrictEqual(a, b);

/** Equal but for whether they are switched on, or run in the shadow. */
export const differsBySwitchesOnly = (a: RuleBody, b: RuleBody): boolean =>
  isSameRule(withoutSwitches(a), withoutSwitches(b));

/** Why a rule that is new in the library was put on trial: that is not what the library itself says of it. */
export const trialReason = 'new in the rule library: on trial';

/**
 * The version that a source put last, as the source itself said it: without the switches that others had turned and that
 * were kept when it was put. `source`: what it says now; `earlier`: the versions before that one, newest first, asked for
 * only where a switch differs.
 */
export function asSaid(
  source: RuleBody,
  base: RuleVersion,
  earlier: (version: RuleVersion) => readonly RuleVersion[],
): RuleBody {
  const said: Record<string, unknown> = { ...base.source };
  const doubtful = switches.filter((name) => !isDeepStrictEqual(source[name], said[name]));
  const versions = doubtful.length === 0 ? [] : [base, ...earlier(base)];
  for (const name of doubtful) {
    const turned = versions.find((version, index, all) => saysItself(version, all[index + 1], name));
    const value = turned?.reason === trialReason && name === 'shadow' ? undefined : turned?.source?.[name];
    if (value === undefined) delete said[name];
    else said[name] = value;
  }
  return said;
}

/** Whether the source of this version said the switch by itself, and did not keep what was before. */
function saysItself(
  { actor, origin, source }: RuleVersion,
  before: RuleVersion | undefined,
  name: (typeof switches)[number],
): boolean {
  if (actor !== origin || !source) return false;
  const isKept = before?.source && before.origin === origin;
  return !isKept || !isDeepStrictEqual(before.source?.[name], source[name]);
}

/**
 * A rule as its source has it now, with what was switched since: a switch that the source itself did not turn stays as
 * somebody set it. `base`: as the source said it last; null: it never did.
 */
export function asSourceHasIt(source: RuleBody, base: RuleBody | null, standing: RuleBody): RuleBody {
  if (!base) return source;
  if (isSameRule(source, base)) return standing;
  const kept: Record<string, unknown> = { ...source };
  for (const name of switches) {
    if (!isDeepStrictEqual(source[name], base[name])) continue;
    if (standing[name] === undefined) delete kept[name];
    else kept[name] = standing[name];
  }
  return kept;
}

/**
 * The origin of a version. Who only switches a rule on or off, or into the shadow, does not take it from the library or
 * its file: it goes on following them.
 */
export function originOf(
  actor: Actor,
  after: RuleBody | null,
  before: Pick<RuleVersion, 'origin' | 'source'> | undefined,
): RuleOrigin {
  const isSource = actor.kind === 'system' && (actor.id === libraryActor.id || actor.id.startsWith('file:'));
  if (isSource) return actor.id as RuleOrigin;
  const isSwitched = before?.source && after && differsBySwitchesOnly(before.source, after);
  return isSwitched ? before.origin : 'api';
}

const withoutSwitches = ({ enabled: _e, shadow: _s, ...rest }: RuleBody): RuleBody => rest;
