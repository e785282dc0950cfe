import type { Config } from '#app/config.ts';
import { readText } from '#cli/commands/import.ts';
import { CommandVerdict } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { openRunning } from '#cli/operator.ts';
import { platformOf } from '#cli/platform-of.ts';
import type { PlatformOptions } from '#cli/settings.ts';
import { describeRun } from '#cli/sim/describe-run.ts';
import { liveRun } from '#cli/sim/live-run.ts';
import { stopAskedFor } from '#cli/stop-signal.ts';
import type { FaultOrder } from '#device-sim/faults/fault-order.ts';
import type { World } from '#device-sim/message.ts';
import type { Platform } from '#device-sim/platform/platform.ts';
import { clockOf } from '#device-sim/platform/platform-clock.ts';
import { platformFigures } from '#device-sim/run/figures.ts';
import { logTo, type MessageLog, noLog, openLog } from '#device-sim/run/message-log.ts';
import { rehearse } from '#device-sim/run/rehearse.ts';
import { runFleet } from '#device-sim/run/run-fleet.ts';
import { type Speed, speedOn } from '#device-sim/run/speed.ts';
import { startTime } from '#device-sim/run/start-time.ts';
import { isFulfilled, verdictOf } from '#device-sim/run/verdict.ts';
import { fleetOf, worldOf } from '#device-sim/run/world-of.ts';
import { type EpochMs, hour } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';

export interface SimOptions extends PlatformOptions {
  readonly community?: string;
  readonly devices: number;
  readonly seed: number;
  readonly scenario: readonly string[];
  readonly hours?: number;
  readonly speed?: string;
  readonly start?: string;
  readonly fault: readonly FaultOrder[];
  readonly log?: string;
  readonly dryRun?: true;
  readonly takeOver?: true;
  readonly verify?: true;
  readonly json?: true;
}

interface Show {
  readonly world: World;
  readonly from: EpochMs;
  readonly to: number;
}

/** Where it is shown, and who looks on. */
interface Stage {
  readonly platform: Platform;
  readonly clock: ClockKind;
  readonly speed: Speed;
  readonly log: MessageLog;
  readonly signal: AbortSignal;
  readonly io: Io;
}

const hoursOnDataClock = 24;

/** Lets the fleet live, on the running platform or for the log alone, and says what came of it. */
export async function simulate(config: Config, options: SimOptions, io: Io): Promise<void> {
  const stop = new AbortController();
  void stopAskedFor(io).then(() => stop.abort());
  if (options.dryRun) await simulateAlone(options, stop.signal, io);
  else await simulateOn(config, options, stop.signal, io);
}

async function simulateAlone(options: SimOptions, signal: AbortSignal, io: Io): Promise<void> {
  const { from, to, world } = await showOf('data', options);
  const log = await logOf(options.log ?? '-', io);
  try {
    const { fault, seed } = options;
    const messages = await rehearse({ seed, world, from, to, log, faults: fault, signal });
    io.err(`gridbell: ${messages} messages of ${world.devices.length} devices, said to nobody`);
  } finally {
    await log.close();
  }
}

async function simulateOn(config: Config, options: SimOptions, signal: AbortSignal, io: Io): Promise<void> {
  const operator = await openRunning(config);
  try {
    const platform = platformOf(operator, config.host);
    const { kind } = await clockOf(platform);
    const speed = speedOn(kind, options.speed);
    const show = await showOf(kind, options);
    const log = await logOf(options.log, io);
    try {
      await live({ platform, clock: kind, speed, log, signal, io }, show, options);
    } finally {
      await log.close();
    }
  } finally {
    await operator.close();
  }
}

async function live(stage: Stage, show: Show, options: SimOptions): Promise<void> {
  const { clock, io, platform, signal } = stage;
  const { from, world } = show;
  const before = await platformFigures(platform);
  const watched = liveRun({ platform, from, io });
  const summary = await runFleet({
    ...stage,
    ...show,
    seed: options.seed,
    faults: options.fault,
    takeOver: options.takeOver === true,
    note: (line) => io.err(`gridbell: ${line}`),
    onProgress: watched.progress,
  }).finally(watched.end);
  const verdict = await verdictOf({ platform, world, from, summary, before });
  const community = world.community.community.id;
  const report = { community, devices: world.devices.length, seed: options.seed, from, summary, verdict };
  const text = describeRun(report, options.json === true);
  if (options.log === '-') io.err(text);
  else io.out(text);
  const isJudged = options.verify === true || (clock === 'data' && !signal.aborted);
  if (isJudged && !isFulfilled(verdict, options.verify === true))
    throw new CommandVerdict('other alarms came than announced');
}

async function showOf(clock: ClockKind, options: SimOptions): Promise<Show> {
  const community = await fleetOf(options, readText);
  const from = startTime(clock, community.community, options.start);
  const world = await worldOf(
    { community, seed: options.seed, start: from, scenarios: options.scenario },
    readText,
  );
  const hours = options.hours ?? (clock === 'data' ? hoursOnDataClock : Number.POSITIVE_INFINITY);
  return { world, from, to: from + hours * hour };
}

const logOf = async (file: string | undefined, io: Io): Promise<MessageLog> => {
  if (file === undefined) return noLog;
  return file === '-' ? logTo((text) => io.out(text)) : await openLog(file);
};
