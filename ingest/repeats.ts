import { aheadMs, type DeviceMemory } from '#ingest/device-memory.ts';
import type { Stage } from '#ingest/stage.ts';
import type { Said } from '#ingest/work.ts';

/** Drops readings that equal the newest of their series in time and value, and counts them. */
export const notRepeated: Stage = (work, around) => {
  const { memory } = work;
  const latest = around.clock === 'system' ? work.now + aheadMs : Number.POSITIVE_INFINITY;
  if (memory === undefined) return true;
  for (const said of work.said) {
    if (said.refusal !== undefined || said.value === undefined || said.moment.at === undefined) continue;
    said.isRepeat = isRepeat(said, said.moment.at, latest, memory);
    if (said.isRepeat) work.repeats += 1;
  }
  return true;
};

/** What is later than `latest` was given by a clock that was wrong, and counts no more. */
function isRepeat(said: Said, at: number, latest: number, memory: DeviceMemory): boolean {
  const { value } = said;
  if (value === undefined) return false;
  const newest = memory.newest.get(said.property);
  if (newest === undefined) {
    memory.newest.set(said.property, { at, value });
    if (said.definition === undefined) memory.unknownProperties += 1;
    return false;
  }
  if (at < newest.at && newest.at <= latest) return false;
  if (at === newest.at && value === newest.value) return true;
  newest.at = at;
  newest.value = value;
  return false;
}
