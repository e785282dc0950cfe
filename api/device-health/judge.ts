import { type DurationMs, day, durationMs, type EpochMs, hour, minute } from '#model/brand.ts';
import type { PresenceCause } from '#model/record.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';

/** How a device is, worst for whom it protects first; `well` last. */
export const healthStates = ['offline', 'silent', 'fault', 'never-seen', 'maintenance', 'well'] as const;
export type HealthState = (typeof healthStates)[number];

/** Why a device is said to be so. */
export const healthReasons = [
  'retired', // it is out of use
  'maintenance-mode', // somebody works on it, or where it is
  'never-seen', // it never connected and never said anything
  'connection-lost', // it is always connected, and went without good-bye
  'disconnected', // it is always connected, and said good-bye
  'said-offline', // it is always connected, and it or its gateway says that it is not
  'overdue', // it said nothing for longer than its own cadence
  'unusually-quiet', // a rule for silence knows its cadence and raised an alarm
  'unheard', // nobody knows its cadence; it said nothing for a day
  'reported-fault', // it says so itself
  'tampered', // it says that somebody opened or moved it
  'video-lost', // a camera that sees nothing
  'connected',
  'heard-in-time',
] as const;
export type HealthReason = (typeof healthReasons)[number];

export interface Health {
  readonly state: HealthState;
  readonly reason: HealthReason;
  /** Since when it is in trouble; of silence when it was heard last; null: nobody knows, or it is well. */
  readonly since: EpochMs | null;
}

/** Times are of the clock that counts. */
export interface HealthFacts {
  readonly now: EpochMs;
  /** When Gridbell heard nothing, oldest first: that is no silence of a device. */
  readonly downtimes: readonly Downtime[];
  /** Since when it is out of use; undefined: it is not. */
  readonly retiredAt: EpochMs | undefined;
  /** When the maintenance began that is in force; undefined: none is. */
  readonly maintenanceSince: EpochMs | undefined;
  readonly presence: PresenceFact | undefined;
  /** When it said anything last, whoever may read it. */
  readonly heardAt: EpochMs | undefined;
  /** What it says is wrong with itself, the gravest first. */
  readonly faults: readonly { readonly reason: HealthReason; readonly at: EpochMs }[];
  /** When a rule for silence found it silent, and it has not spoken since. */
  readonly silenceAlarmAt: EpochMs | undefined;
  /** Its own cadence (`expect-every`). */
  readonly expectEveryMs: DurationMs | undefined;
  /** It has mains power, so it has no reason to hang up. */
  readonly staysConnected: boolean;
}

interface PresenceFact {
  readonly online: boolean;
  readonly at: EpochMs;
  readonly cause: PresenceCause;
}

/** As the rule library has it for `silent-for`. */
const expectFactor = 1.05;
/** Of battery devices whose cadence nobody knows. The field waits 25 h after the last message. */
const silentAfterMs = durationMs(day + hour);
/** A router that restarts is no outage. */
const reconnectMs = durationMs(2 * minute);

/**
 * How a device is. Battery devices connect, speak and go, so for them being away means nothing: their silence is
 * judged by cadence. What has mains power is missed as soon as it is away.
 */
export function judgeHealth(facts: HealthFacts): Health {
  const { faults, heardAt, maintenanceSince, presence, retiredAt } = facts;
  if (retiredAt !== undefined) return { state: 'maintenance', reason: 'retired', since: retiredAt };
  if (maintenanceSince !== undefined)
    return { state: 'maintenance', reason: 'maintenance-mode', since: maintenanceSince };
  if (presence === undefined && heardAt === undefined)
    return { state: 'never-seen', reason: 'never-seen', since: null };
  const away = awayBecause(facts);
  if (away !== null && presence !== undefined) return { state: 'offline', reason: away, since: presence.at };
  const quiet = quietBecause(facts);
  if (quiet !== null) return { state: 'silent', reason: quiet, since: heardAt ?? presence?.at ?? null };
  const [fault] = faults;
  if (fault !== undefined) return { state: 'fault', reason: fault.reason, since: fault.at };
  return { state: 'well', reason: presence?.online ? 'connected' : 'heard-in-time', since: null };
}

function awayBecause({ heardAt, now, presence, staysConnected }: HealthFacts): HealthReason | null {
  if (!staysConnected || presence === undefined || presence.online) return null;
  // It speaks by another way, such as a gateway or a recording that is played.
  if (heardAt !== undefined && heardAt > presence.at) return null;
  if (now - presence.at <= reconnectMs) return null;
  switch (presence.cause) {
    case 'status':
      return 'said-offline';
    case 'disconnect':
    case 'taken-over':
      return 'disconnected';
    case 'connect':
    case 'will':
    case 'keep-alive':
    case 'connection-lost':
      return 'connection-lost';
  }
}

function quietBecause(facts: HealthFacts): HealthReason | null {
  const { expectEveryMs, heardAt, now, presence, silenceAlarmAt } = facts;
  if (silenceAlarmAt !== undefined) return expectEveryMs === undefined ? 'unusually-quiet' : 'overdue';
  const quietMs = listenedMs(heardAt ?? presence?.at ?? now, facts);
  if (expectEveryMs !== undefined) return quietMs > expectEveryMs * expectFactor ? 'overdue' : null;
  if (presence?.online) return null;
  return quietMs > silentAfterMs ? 'unheard' : null;
}

/** For how long somebody listened since then. */
function listenedMs(since: EpochMs, { downtimes, now }: HealthFacts): number {
  let ms = now - since;
  for (const { from, to } of downtimes) ms -= Math.max(0, Math.min(to, now) - Math.max(from, since));
  return ms;
}
