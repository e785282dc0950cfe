import type { LatestValue, LatestValues } from '#app/engine/latest-values.ts';
import type { DeviceId, EpochMs, Position } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import { flag, type Observation, type Value } from '#model/reading.ts';

/** What was heard of a thing under a record of its own goes to the device whose place it takes. */
export interface Takeover {
  readonly from: DeviceId;
  readonly to: DeviceId;
}

/** Of these changes: each device to which a gateway and an address are given that are an unclaimed one's. */
export function takeoversOf(
  changes: readonly ResourceChange[],
  configuration: Configuration,
): readonly Takeover[] {
  const gone = new Set(
    changes.flatMap(({ id, op, resource }) => (op === 'delete' && resource === 'device' ? id : [])),
  );
  return changes.flatMap((change) => {
    if (change.resource !== 'device' || change.op === 'delete') return [];
    const { address, gateway, id, retired } = change.body;
    if (gateway === undefined || address === undefined || retired !== undefined) return [];
    const standing = configuration.carried(gateway, address);
    return standing?.unclaimed && gone.has(standing.id) ? [{ from: standing.id, to: id }] : [];
  });
}

export interface SaidBefore {
  readonly to: DeviceId;
  /** What it said last under its own record. */
  readonly said: ReturnType<LatestValues['of']>;
  /** What is known of the device already. */
  readonly known: ReturnType<LatestValues['of']>;
  readonly now: EpochMs;
  readonly position: Position;
  /** Whether a reading of the property is an event, and no state that lasts. */
  readonly isMomentary: (property: string) => boolean;
}

interface Group {
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  readonly flags: number;
  readonly values: Map<string, Value>;
}

/**
 * The same, said once for the device, in order of time: as of when it was said, or now where the thing before it spoke later. A press
 * was told when it came, and is history here.
 */
export function saidAgain(before: SaidBefore): readonly Observation[] {
  const { position, said, to } = before;
  const groups = new Map<string, Group>();
  for (const [property, last] of Object.entries(said)) {
    const time = timeOf(property, last, before);
    const flags = last.flags | (before.isMomentary(property) ? flag.past : 0);
    const key = `${time.at} ${flags}`;
    const group = groups.get(key) ?? { ...time, flags, values: new Map<string, Value>() };
    group.values.set(property, last.value);
    groups.set(key, group);
  }
  return Array.from(groups.values(), (group) => ({ ...group, device: to, position })).sort(
    (a, b) => a.at - b.at,
  );
}

function timeOf(
  property: string,
  { at, receivedAt }: LatestValue,
  { known, now }: SaidBefore,
): Pick<Observation, 'at' | 'receivedAt'> {
  const before = Object.hasOwn(known, property) ? known[property] : undefined;
  return before === undefined || before.at < at ? { at, receivedAt } : { at: now, receivedAt: now };
}
