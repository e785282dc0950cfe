import type { Stage } from '#ingest/stage.ts';

/**
 * Drops a message that was sent again because its acknowledgement did not arrive, although the message did. One with
 * DUP that was never seen is taken: its first sending was lost.
 */
export const notResent: Stage = (work) => {
  const { record, memory } = work;
  if (record.qos === 0 || memory === undefined) return true;
  if (record.dup && memory.ring.holds(record)) {
    work.repeats = 1;
    work.isResend = true;
    return false;
  }
  memory.ring.enter(record);
  return true;
};
