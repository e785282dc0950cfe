import type { EngineStats } from '#app/threads/protocol.ts';
import type { EpochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';

/**
 * When Gridbell heard nothing, oldest first: when it was down, as the engine knows from the inbox, and what the engine has
 * not caught up with since this process began. `engine` null: it has said nothing yet. On the data clock no time passes
 * unheard but what the engine says.
 */
export function downtimesOf(
  engine: Pick<EngineStats, 'downtimes' | 'now'> | null,
  { clock, listeningSince }: { readonly clock: ClockKind; readonly listeningSince: EpochMs },
): readonly Downtime[] {
  const known = engine?.downtimes ?? [];
  const from = engine?.now ?? 0;
  return clock === 'data' || from >= listeningSince ? known : [...known, { from, to: listeningSince }];
}
