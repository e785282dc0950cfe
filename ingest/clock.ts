import type { Stage } from '#ingest/stage.ts';
import { flag } from '#model/reading.ts';

/**
 * Finds out that the clock of a device is wrong (its times have to be replaced), and when it is right again: news once
 * each. Who gives no times says nothing of a clock.
 */
export const clockJudged: Stage = (work, { clock }) => {
  const { isReplay, memory, moments } = work;
  if (clock === 'data' || isReplay || memory === undefined) return true;
  let isWrong = memory.isClockWrong;
  for (const { at, flags, problem, replaced } of moments) {
    if (at === undefined || problem !== undefined || (flags & flag.noTime) !== 0) continue;
    isWrong = (flags & flag.clockReplaced) !== 0 || replaced !== undefined;
  }
  if (isWrong === memory.isClockWrong) return true;
  memory.isClockWrong = isWrong;
  work.clocks.push({ device: work.device, isWrong });
  return true;
};
