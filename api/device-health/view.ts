import { Type } from 'typebox';
import { healthReasons, healthStates } from '#api/device-health/judge.ts';
import type { Examined } from '#api/device-health/rounds.ts';
import { Instant, nullable, oneOf } from '#api/schemas.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

export const HealthSchema = Type.Object(
  {
    state: oneOf(healthStates),
    reason: oneOf(healthReasons),
    since: Type.Unsafe<string | null>({
      ...nullable(Instant),
      description:
        'Of silence: when it was heard last; of a fault: when it last said so; null: unknown, not yours to know, or it is well',
    }),
    battery: nullable(
      Type.Object({ level: nullable(Type.Number({ description: 'Percent' })), low: Type.Boolean() }),
    ),
  },
  { title: 'DeviceHealth' },
);

/**
 * That a device is silent is everybody's concern; when it spoke last may tell when somebody was in a room, so it is told
 * only where `visibleWord`, the newest that the caller may see of it, is that word.
 */
export function healthView({ battery, health, heardAt }: Examined, visibleWord: EpochMs | null) {
  const { reason, since, state } = health;
  const isTold = state !== 'silent' || heardAt === undefined || visibleWord === heardAt;
  return { state, reason, since: since !== null && isTold ? iso(since) : null, battery };
}
