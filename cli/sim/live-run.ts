import type { Io } from '#cli/io.ts';
import type { Platform } from '#device-sim/platform/platform.ts';
import { newAlarmCounter } from '#device-sim/run/alarms-seen.ts';
import type { RunProgress } from '#device-sim/run/run-options.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso, stopwatch } from '#model/clock.ts';

export interface LiveRun {
  readonly progress: (progress: RunProgress) => void;
  readonly end: () => void;
}

const everyMs = 1_000;

/** Keeps a line up to date where somebody watches: simulated time, messages, messages a second, alarms. */
export function liveRun({ from, io, platform }: { platform: Platform; from: EpochMs; io: Io }): LiveRun {
  if (io.live === undefined) return { progress: () => {}, end: () => {} };
  let last: RunProgress | undefined;
  let shown = { messages: 0, atMs: stopwatch() };
  let alarms = 0;
  let isAsking = false;
  const countAlarms = newAlarmCounter(platform, from);
  const count = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    // A platform that is away for a moment is the run's matter.
    alarms = await countAlarms().catch(() => alarms);
    isAsking = false;
  };
  const timer = setInterval(() => {
    if (last === undefined) return;
    const perSecond = ((last.messages - shown.messages) * 1_000) / (stopwatch() - shown.atMs);
    shown = { messages: last.messages, atMs: stopwatch() };
    void count();
    io.live?.(
      `${iso(last.at).slice(0, 19)}Z  ${last.messages} messages  ${Math.round(perSecond)} msg/s  ${alarms} alarms`,
    );
  }, everyMs).unref();
  return {
    progress: (progress) => {
      last = progress;
    },
    end: () => clearInterval(timer),
  };
}
