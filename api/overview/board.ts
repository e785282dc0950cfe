import { DateTime } from 'luxon';
import type { ApiContext } from '#api/context.ts';
import { makeRounds } from '#api/device-health/rounds.ts';
import type { HealthReason, HealthState } from '#api/device-health/judge.ts';
import { type EpochMs, epochMs, hour, minute, plus, second } from '#model/brand.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Device } from '#model/community.ts';
import type { OpenTask, StandingAlarm, StartedAlarms } from '#store/ops/board-rows.ts';

/** One device, as far as the first page counts it. */
export interface FleetMember {
  readonly device: Device;
  readonly state: HealthState;
  readonly reason: HealthReason;
  readonly online: boolean;
  readonly lowBattery: boolean;
  readonly lifeSafety: boolean;
}

/** The alarms that began in the 24 hours until the end of this one, which begins with the 24th. */
export interface Day {
  readonly from: EpochMs;
  readonly started: readonly StartedAlarms[];
}

/** Everything that the first page is made of, whoever looks at it. */
export interface Board {
  readonly alarms: readonly StandingAlarm[];
  readonly tasks: readonly OpenTask[];
  readonly fleet: readonly FleetMember[];
  readonly day: Day;
}

export const hoursShown = 24;

/** Devices and hours cost most and change least: they are read at most this often, however many look on. */
const restMs = second;

interface Kept<T> {
  readonly value: T;
  readonly seq: number;
  readonly at: EpochMs;
}

/**
 * The board as it stands, read once for all who look. Alarms and tasks are those of the newest event of the stream, so
 * that who was told of an event and asks at once finds it in the answer.
 */
export class BoardKeeper {
  readonly #context: ApiContext;
  #work: Kept<Pick<Board, 'alarms' | 'tasks'>> | undefined;
  #rest: Kept<Pick<Board, 'fleet' | 'day'>> | undefined;

  constructor(context: ApiContext) {
    this.#context = context;
  }

  current(): Board {
    const { reader, wallClock } = this.#context;
    const seq = reader.lastEventSeq();
    const at = wallClock.now();
    if (this.#work?.seq !== seq)
      this.#work = { value: { alarms: reader.standingAlarms(), tasks: reader.openTasks() }, seq, at };
    const rest = this.#rest;
    if (rest === undefined || at - rest.at >= restMs || at < rest.at)
      this.#rest = { value: { fleet: fleetOf(this.#context), day: dayOf(this.#context) }, seq, at };
    return { ...this.#work.value, ...(this.#rest ?? rest).value };
  }
}

function fleetOf(context: ApiContext): readonly FleetMember[] {
  const online = new Set(context.reader.presence().flatMap((each) => (each.online ? [each.device] : [])));
  return [...makeRounds(context)].map(({ battery, device, health }) => ({
    device,
    state: health.state,
    reason: health.reason,
    online: online.has(device.id),
    lowBattery: battery?.low ?? false,
    lifeSafety: deviceKindCatalogue.get(device.kind)?.lifeSafety ?? false,
  }));
}

function dayOf({ configuration, platform, reader }: ApiContext): Day {
  const thisHour = DateTime.fromMillis(platform.now(), { zone: configuration.timezone }).startOf('hour');
  const from = plus(epochMs(thisHour.toMillis()), -(hoursShown - 1) * hour);
  return { from, started: reader.alarmsStarted(from) };
}
