import type { Circumstances } from '#tasks/deadlines.ts';
import type { TaskRow } from '#tasks/ports.ts';

/**
 * The task with the limits of those who check: until when a report has to be verified, and what was fed back closed. Each is
 * fixed when it begins to count, as those to accept and to handle are. What was closed keeps its limit, for the figures.
 */
export function withCheckingLimits(row: TaskRow, limit: Circumstances['limit']): TaskRow {
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
