import type { EpochMs } from '#model/brand.ts';

/** That all that a device said, or presence and modes of a subject, is to be erased from history; kept for good, so that no copy brings it back. */
export interface HistoryErasure {
  readonly subject: string;
  /** What was received by then goes. */
  readonly at: EpochMs;
  /** History has done it. */
  readonly isDone: boolean;
}
