import { DateTime } from 'luxon';
import type { ApiContext } from '#api/context.ts';
import type { Health } from '#api/device-health/judge.ts';
import { makeRounds, protectsNobody } from '#api/device-health/rounds.ts';
import type { OpenWork } from '#api/open-work.ts';
import { type EpochMs, epochMs, hour, plus, second } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { StartedAlarms } from '#store/ops/board-rows.ts';

/** One device, as far as the first page counts it. */
export interface FleetMember {
  readonly device: Device;
  readonly health: Health;
  readonly isOnline: boolean;
  readonly isBatteryLow: boolean;
  /** It is there for life safety and does not do it. */
  readonly isUnprotected: boolean;
}

/** The alarms that began in the 24 hours until the end of this one, which begins with the 24th. */
export interface Day {
  readonly from: EpochMs;
  readonly started: readonly StartedAlarms[];
}

/** Everything that the first page is made of, whoever looks at it. */
export interface Board extends OpenWork {
  readonly fleet: readonly FleetMember[];
  readonly day: Day;
}

export const hoursShown = 24;

/** Devices and hours cost most and change least. */
const restMs = 5 * second;
/** They are read in one piece, on the thread that serves the stream: one part in 200 of the time at most. */
const restFactor = 199;

interface Rest extends Pick<Board, 'fleet' | 'day'> {
  readonly configuration: Configuration;
  readonly readAt: EpochMs;
  readonly isKeptMs: number;
}

/** The board as it stands, read once for all who look. */
export class BoardKeeper {
  readonly #context: ApiContext;
  readonly #elapsed: () => number;
  #rest: Rest | undefined;

  /** `elapsed`: for tests; default: real. */
  constructor(context: ApiContext, elapsed = stopwatch) {
    this.#context = context;
    this.#elapsed = elapsed;
  }

  async current(): Promise<Board> {
    const { alarms, tasks } = await this.#context.openWork.current();
    const { day, fleet } = this.#currentRest();
    return { alarms, tasks, day, fleet };
  }

  /** Who changed the community finds the change in the answer. */
  #currentRest(): Rest {
    const { configuration, wallClock } = this.#context;
    const readAt = wallClock.now();
    const kept = this.#rest;
    const age = readAt - (kept?.readAt ?? 0);
    if (kept?.configuration === configuration && age >= 0 && age < kept.isKeptMs) return kept;
    const beganMs = this.#elapsed();
    const read = { fleet: fleetOf(this.#context), day: dayOf(this.#context) };
    const isKeptMs = Math.max(restMs, restFactor * (this.#elapsed() - beganMs));
    this.#rest = { ...read, configuration, readAt, isKeptMs };
    return this.#rest;
  }
}

function fleetOf(context: ApiContext): readonly FleetMember[] {
  const online = new Set(context.reader.presence().flatMap((each) => (each.online ? [each.device] : [])));
  return [...makeRounds(context)].map((examined) => ({
    device: examined.device,
    health: examined.health,
    isOnline: online.has(examined.device.id),
    isBatteryLow: examined.battery?.low ?? false,
    isUnprotected: protectsNobody(examined),
  }));
}

function dayOf({ configuration, platform, reader }: ApiContext): Day {
  const thisHour = DateTime.fromMillis(platform.now(), { zone: configuration.timezone }).startOf('hour');
  const from = plus(epochMs(thisHour.toMillis()), -(hoursShown - 1) * hour);
  return { from, started: reader.alarmsStarted(from) };
}
