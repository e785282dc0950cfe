import { setTimeout as delay } from 'node:timers/promises';
import { faults } from '#device-sim/faults/registry.ts';
import type { FaultTally } from '#device-sim/faults/with-faults.ts';
import type { World } from '#device-sim/message.ts';
import type { Platform } from '#device-sim/platform/platform.ts';
import { alarmsSince } from '#device-sim/run/alarms-seen.ts';
import { type AlarmComparison, compareAlarms, isAsAnnounced } from '#device-sim/run/compare-alarms.ts';
import { type PlatformFigures, platformFigures } from '#device-sim/run/figures.ts';
import type { RunSummary } from '#device-sim/run/run-options.ts';
import type { EpochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

/** What came of a run on the platform, against what was put into it. */
export interface Verdict {
  readonly alarms: AlarmComparison;
  readonly quarantined: {
    /** What the faults put in that nobody can read. */
    readonly injected: number;
    readonly platform: number;
  };
  /** Readings and messages that the platform knew already and dropped. */
  readonly repeats: number;
  /** False when a fault may have swallowed or moved an alarm: then the comparison is for reading only. */
  readonly isBinding: boolean;
}

/** `isStrict`: also when a fault may have done it. */
export const isFulfilled = ({ alarms, isBinding }: Verdict, isStrict: boolean): boolean =>
  (!isBinding && !isStrict) || isAsAnnounced(alarms);

/** The figures of the platform and of a live engine come a moment later. */
const settleWithinMs = 5_000;

/** Asks until it is as announced, or a while has passed. `before`: the figures at the start. */
export async function verdictOf(asked: {
  readonly platform: Platform;
  readonly world: Pick<World, 'devices' | 'expected'>;
  readonly from: EpochMs;
  readonly summary: RunSummary;
  readonly before: PlatformFigures;
}): Promise<Verdict> {
  const { before, from, platform, summary, world } = asked;
  const own = new Set<string>(world.devices.map(({ id }) => id));
  const injected = unreadable(summary.faults);
  const since = stopwatch();
  for (;;) {
    const seen = (await alarmsSince(platform, from)).filter(
      ({ device }) => device !== null && own.has(device),
    );
    const figures = await platformFigures(platform);
    const verdict: Verdict = {
      alarms: compareAlarms(world.expected, seen, summary.until),
      quarantined: { injected, platform: figures.quarantined - before.quarantined },
      repeats: figures.repeats - before.repeats,
      isBinding: !summary.faults.some(({ name }) => faults[name].changesOutcome),
    };
    const isSettled = isAsAnnounced(verdict.alarms) && verdict.quarantined.platform === injected;
    if (isSettled || stopwatch() - since > settleWithinMs) return verdict;
    await delay(250);
  }
}

const unreadable = (tallies: readonly FaultTally[]): number =>
  tallies
    .filter(({ name }) => name === 'garbage')
    .flatMap(({ injected }) => Object.values(injected))
    .reduce((sum, count) => sum + count, 0);
