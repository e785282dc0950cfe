import { setTimeout as pause } from 'node:timers/promises';
import { stopwatch } from '#model/clock.ts';
import type { DeviceConnection } from './device-connection.ts';
import type { Fleet } from './fleet.ts';
import { LoadPhase } from './load-phase.ts';
import type { ClosedLoopOrder, LoadReport, OpenLoopOrder, TorrentOrder } from './protocol.ts';

/**
 * Each message has its time, and its latency counts from there: a stall is charged to everything that should have been
 * sent meanwhile (no coordinated omission).
 */
export async function openLoop(fleet: Fleet, order: OpenLoopOrder): Promise<LoadReport> {
  const { rate, seconds, warmUpS } = order;
  const phase = new LoadPhase({ fleet, warmUpS, seconds, onReady: () => undefined });
  const { connections } = fleet;
  for (let index = 0; !phase.isOver; await pause(1)) {
    const nowMs = stopwatch();
    for (;;) {
      const dueMs = phase.beganMs + (index * 1_000) / rate;
      if (dueMs > nowMs || dueMs >= phase.untilMs) break;
      const connection = connections[index % connections.length];
      index += 1;
      // A message of a device that is not connected is one without acknowledgement.
      const timed = phase.sending(dueMs, nowMs);
      if (connection?.isOpen) connection.publish(timed);
    }
  }
  return phase.report();
}

/** Each device sends its next message as soon as one is acknowledged. */
export async function closedLoop(fleet: Fleet, order: ClosedLoopOrder): Promise<LoadReport> {
  const { seconds, warmUpS, window } = order;
  const fill = (connection: DeviceConnection): void => {
    while (connection.isOpen && connection.inFlight < window) {
      const nowMs = stopwatch();
      connection.publish(phase.sending(nowMs, nowMs));
    }
  };
  const phase = new LoadPhase({ fleet, warmUpS, seconds, onReady: fill });
  for (const connection of fleet.connections) fill(connection);
  await pause(phase.untilMs - stopwatch());
  return phase.report();
}

/** Messages a write. */
const burst = 16;

/** Nobody waits for an answer: only a full socket, or too many unacknowledged, stops a device for a while. */
export async function torrent(fleet: Fleet, order: TorrentOrder): Promise<LoadReport> {
  const { inFlight, seconds, warmUpS } = order;
  const writing = new Set<DeviceConnection>();
  const write = (connection: DeviceConnection): void => {
    if (phase.isOver || !connection.isOpen || connection.inFlight + burst > inFlight) {
      writing.delete(connection);
      return;
    }
    const isWritable = connection.publishMany(burst);
    phase.sentUntimed(burst);
    if (isWritable) setImmediate(write, connection);
    else connection.onceWritable(() => write(connection));
  };
  const begin = (connection: DeviceConnection): void => {
    if (writing.has(connection) || connection.inFlight + burst > inFlight) return;
    writing.add(connection);
    write(connection);
  };
  const phase = new LoadPhase({
    fleet,
    warmUpS,
    seconds,
    onReady: begin,
  });
  for (const connection of fleet.connections) begin(connection);
  await pause(phase.untilMs - stopwatch());
  return phase.report(0);
}
