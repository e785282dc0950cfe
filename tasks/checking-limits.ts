import type { EpochMs } from '#model/brand.ts';
import type { TaskRow } from '#tasks/ports.ts';

/** Until when a report has to be verified, or what was fed back closed, counted from `since`; null: no limit. */
export type CheckingLimit = (row: TaskRow, step: 'verify' | 'close', since: EpochMs) => EpochMs | null;

/**
 * The task with the limits of those who check: until when a report has to be verified, and what was fed back closed. Each is
 * fixed when it begins to count, as those to accept and to handle are. What was closed keeps its limit, for the figures.
 */
export function withCheckingLimits(row: TaskRow, limit: CheckingLimit): TaskRow {
  switch (row.state) {
    case 'reported':
    case 'verifying':
      return row.verifyBy == null ? { ...row, verifyBy: limit(row, 'verify', row.createdAt) } : row;
    case 'feedback':
      return row.closeBy == null && row.enteredAt !== undefined
        ? { ...row, closeBy: limit(row, 'close', row.enteredAt) }
        : row;
    case 'closed':
    case 'evaluated':
      return row;
    default:
      // Sent back: it was looked at, and the next feedback has a limit of its own.
      return row.closeBy == null ? row : { ...row, closeBy: null };
  }
}
