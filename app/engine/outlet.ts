import type { DeviceId, Position } from '#model/brand.ts';
import type { Outcome } from '#model/errors.ts';
import type { Reading } from '#model/reading.ts';
import type { StreamEvent } from '#model/stream.ts';

/** Who is told, after the commit, what the engine did. */
export interface Outlet {
  outcomes(outcomes: readonly CommandOutcome[]): void;
  events(events: readonly StreamEvent[]): void;
  readings(readings: readonly Reading[]): void;
  /** A batch for history stands in the ops store, or events. */
  historyAvailable(): void;
  /** Records up to here are not needed any more. */
  snapshotTaken(position: Position): void;
  /** Something is to go out over the connections of these devices, or is not any more. */
  deviceCommands(devices: readonly DeviceId[]): void;
  /** What these devices may do has changed: their connections have to be made anew. */
  rightsChanged(devices: readonly DeviceId[]): void;
  /** Devices were found that no command added: what others know of the configuration is out of date. */
  foundDevices(): void;
  /** A commit by timer failed. */
  failed(error: unknown): void;
}

export interface CommandOutcome {
  readonly id: string;
  readonly outcome: Outcome<unknown>;
}
