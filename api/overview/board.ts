import { DateTime } from 'luxon';
import type { ApiContext } from '#api/context.ts';
import type { Health } from '#api/device-health/judge.ts';
import { makeRounds, protectsNobody } from '#api/device-health/rounds.ts';
import { PacedReading } from '#api/overview/paced-reading.ts';
import { type EpochMs, epochMs, hour, plus, second } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { StandingAlarm, StartedAlarms } from '#store/ops/board-rows.ts';
import type { TaskHead } from '#store/ops/task-list.ts';

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
export interface Board {
  readonly alarms: readonly StandingAlarm[];
  readonly tasks: readonly TaskHead[];
  readonly fleet: readonly FleetMember[];
  readonly day: Day;
}

export const hoursShown = 24;

/** Devices and hours cost most and change least: they are read at most this often, however many look on. */
const restMs = second;

/**
 * The board as it stands, read once for all who look. Alarms and tasks are those of the newest event of the stream, so
 * that who was told of an event and asks at once finds it in the answer.
 */
export class BoardKeeper {
  readonly #context: ApiContext;
  readonly #work: PacedReading<Pick<Board, 'alarms' | 'tasks'>>;
  #rest: (Pick<Board, 'fleet' | 'day'> & { readonly readAt: EpochMs }) | undefined;

  constructor(context: ApiContext) {
    this.#context = context;
    const { reader } = context;
    this.#work = new PacedReading({
      version: () => reader.lastEventSeq(),
      read: () => ({ alarms: reader.standingAlarms(), tasks: reader.openTaskHeads({}) }),
    });
  }

  async current(): Promise<Board> {
    const { alarms, tasks } = await this.#work.current();
    const { day, fleet } = this.#currentRest();
    return { alarms, tasks, day, fleet };
  }

  #currentRest() {
    const readAt = this.#context.wallClock.now();
    const age = readAt - (this.#rest?.readAt ?? 0);
    if (this.#rest === undefined || age < 0 || age >= restMs)
      this.#rest = { fleet: fleetOf(this.#context), day: dayOf(this.#context), readAt };
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
