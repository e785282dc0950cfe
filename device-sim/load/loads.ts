import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceConnection } from '#device-sim/load/device-connection.ts';
import type { Fleet } from '#device-sim/load/fleet.ts';
import { LoadPhase, type LoadPhaseOptions } from '#device-sim/load/load-phase.ts';
import type { ClosedLoopOrder, LoadReport, OpenLoopOrder, TorrentOrder } from '#device-sim/load/protocol.ts';
import { stopwatch } from '#model/clock.ts';

/** Who listens to a load, and who may end it. */
export type LoadWatch = Pick<LoadPhaseOptions, 'onSecond' | 'signal'>;

/**
 * Each message has its time, and its latency counts from there: a stall is charged to everything that should have been
 * sent meanwhile (no coordinated omission).
 */
export async function openLoop(fleet: Fleet, order: OpenLoopOrder, watch: LoadWatch): Promise<LoadReport> {
  const { connections } = fleet;
  const phase = new LoadPhase({ fleet, ...order, ...watch, onReady: () => undefined });
  // Counted, since times that are added up another way may differ in the last bit.
  const count = Math.round((order.warmUpS + order.seconds) * order.rate);
  const dueMs = (index: number): number => phase.beganMs + (index * 1_000) / order.rate;
  for (let index = 0; ; await pause(1)) {
    const { isOver } = phase;
    const nowMs = stopwatch();
    const isDue = (): boolean => index < count && dueMs(index) <= nowMs;
    // Several of one device at a time leave as one write.
    const isRound = dueMs(index + connections.length) <= nowMs;
    if (isRound) for (const connection of connections) connection.cork();
    for (; isDue(); index++) phase.send(connections[index % connections.length], dueMs(index), nowMs);
    if (isRound) for (const connection of connections) connection.uncork();
    if (isOver) break;
  }
  return phase.report();
}

/** Each device sends its next message as soon as one is acknowledged. */
export async function closedLoop(
  fleet: Fleet,
  order: ClosedLoopOrder,
  watch: LoadWatch,
): Promise<LoadReport> {
  const fill = (connection: DeviceConnection): void => {
    while (connection.isOpen && connection.inFlight < order.window) {
      const nowMs = stopwatch();
      phase.send(connection, nowMs, nowMs);
    }
  };
  const phase = new LoadPhase({ fleet, ...order, ...watch, onReady: fill });
  for (const connection of fleet.connections) fill(connection);
  await phase.over();
  return phase.report();
}

/** Messages a write. */
const burst = 16;

/** Nobody waits for an answer: only a full socket, or too many unacknowledged, stops a device for a while. */
export async function torrent(fleet: Fleet, order: TorrentOrder, watch: LoadWatch): Promise<LoadReport> {
  const writing = new Set<DeviceConnection>();
  const write = (connection: DeviceConnection): void => {
    if (phase.isOver || !connection.isOpen || connection.inFlight + burst > order.inFlight) {
      writing.delete(connection);
      return;
    }
    const isWritable = connection.publishMany(burst);
    phase.sentUntimed(burst);
    if (isWritable) setImmediate(write, connection);
    else connection.onceWritable(() => write(connection));
  };
  const begin = (connection: DeviceConnection): void => {
    if (writing.has(connection) || connection.inFlight + burst > order.inFlight) return;
    writing.add(connection);
    write(connection);
  };
  const phase = new LoadPhase({ fleet, ...order, ...watch, onReady: begin });
  for (const connection of fleet.connections) begin(connection);
  await phase.over();
  return phase.report(0);
}
