import type { Connection } from '#broker/connection.ts';

/** [MQTT-3.1.2-24] */
const grace = 1.5;

export type Liveness =
  /** It spoke in time, or need not. */
  | 'alive'
  /** It waits for us for so long that its pings, unread behind what waits, want an answer. */
  | 'waits'
  | 'silent';

/** Judges a connection that was let in, at a monotonic time. Whom we keep waiting cannot be late. */
export function judgeLiveness(
  connection: Connection,
  { answerPingsAfterMs, nowMs }: { readonly answerPingsAfterMs: number; readonly nowMs: number },
): Liveness {
  const { keptWaitingSinceMs } = connection.gate;
  if (keptWaitingSinceMs !== null) {
    connection.heardAtMs = nowMs;
    return nowMs - keptWaitingSinceMs >= answerPingsAfterMs ? 'waits' : 'alive';
  }
  const keepAliveMs = connection.connect?.keepAliveMs ?? 0;
  return keepAliveMs > 0 && nowMs - connection.heardAtMs > keepAliveMs * grace ? 'silent' : 'alive';
}
