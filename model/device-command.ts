import { type DeviceId, type DurationMs, type EpochMs, minute, plus } from '#model/brand.ts';

/**
 * Where a command to a device stands. `waiting`: no connection has it yet; `sent`: written to one, not acknowledged;
 * `delivered`: the device acknowledged it (PUBACK); `answered`: the device replied. `expired` and `withdrawn`: it is not
 * sent (again); what the device says of it later is noted, and changes the state no more.
 */
export const deviceCommandStates = [
  'waiting',
  'sent',
  'delivered',
  'answered',
  'expired',
  'withdrawn',
] as const;
export type DeviceCommandState = (typeof deviceCommandStates)[number];

/** Why one is withdrawn that nobody asked to withdraw: it was meant for another thing, or there is none any more. */
export const withdrawnBecause = ['replaced', 'retired', 'deleted', 'renamed'] as const;
export type WithdrawnBecause = (typeof withdrawnBecause)[number];

/** What the device said of a command. */
export interface DeviceCommandReply {
  readonly ok: boolean;
  /** What went wrong, as the device put it; null: it said nothing. */
  readonly error: string | null;
}

/** How a command goes out to a device that a gateway carries: written in the gateway's dialect when it was asked for. */
export interface CommandVia {
  /** Over whose connections. */
  readonly carrier: DeviceId;
  readonly topic: string;
  readonly payload: string;
  /** What the dialect will make of the answer that says that it was done, and of one that it was not; null: nobody says so. */
  readonly answered: string | null;
  readonly failed: string | null;
}

/** What somebody wants a device to do, and what became of it. */
export interface DeviceCommand {
  readonly device: DeviceId;
  /** Unique to the device; the device's reply has it, and it tells a repeat. */
  readonly id: string;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** How long it may wait for the device, from `askedAt`. */
  readonly expiresInMs: DurationMs;
  readonly askedBy: string;
  readonly askedAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly state: DeviceCommandState;
  /** When it was first written to a connection. */
  readonly sentAt: EpochMs | null;
  readonly deliveredAt: EpochMs | null;
  readonly answeredAt: EpochMs | null;
  /** When it expired or was withdrawn. */
  readonly endedAt: EpochMs | null;
  /** Of one that is withdrawn; null: somebody asked for it. */
  readonly because: WithdrawnBecause | null;
  readonly reply: DeviceCommandReply | null;
  /** Null: as JSON to the device's own command topic. */
  readonly via: CommandVia | null;
  /** Sent once at most. */
  readonly once: boolean;
}

/** A command that was just asked for. */
export const newDeviceCommand = (
  asked: Pick<DeviceCommand, 'device' | 'id' | 'command' | 'args' | 'expiresInMs' | 'askedBy' | 'askedAt'> &
    Partial<Pick<DeviceCommand, 'via' | 'once'>>,
): DeviceCommand => ({
  via: null,
  once: false,
  ...asked,
  expiresAt: plus(asked.askedAt, asked.expiresInMs),
  state: 'waiting',
  sentAt: null,
  deliveredAt: null,
  answeredAt: null,
  endedAt: null,
  because: null,
  reply: null,
});

/** Neither acknowledged nor over: it goes out to the device, or out again, when that comes. */
export const isOpen = ({ state }: Pick<DeviceCommand, 'state'>): boolean =>
  state === 'waiting' || state === 'sent';

/** For answers that come a little late. */
export const answerGraceMs = minute;

/** It was taken, somebody has to answer, and nobody did in time. */
export const isUnanswered = ({ expiresAt, state, via }: DeviceCommand, now: EpochMs): boolean =>
  state === 'delivered' && via !== null && via.answered !== null && now > plus(expiresAt, answerGraceMs);

/** What the device gets on its command topic, as JSON. */
export const commandPayload = ({
  args,
  command,
  id,
}: Pick<DeviceCommand, 'id' | 'command' | 'args'>): string => JSON.stringify({ id, command, args });
