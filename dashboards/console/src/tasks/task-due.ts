/** As much of a task as says how urgent it is. Times are ISO 8601. */
export interface UrgentTask {
  readonly id: string;
  readonly state: string;
  readonly severity: string;
  readonly lifeSafety: boolean;
  readonly acceptBy: string | null;
  readonly handleBy: string | null;
  readonly verifyBy: string | null;
  readonly closeBy: string | null;
  readonly createdAt: string;
}

/** Until when what has to happen; null: nothing is awaited, or there is no limit. */
export interface Due {
  readonly by: string;
  readonly what: 'verify' | 'accept' | 'handle' | 'close';
}

export function dueOf({ acceptBy, closeBy, handleBy, state, verifyBy }: UrgentTask): Due | null {
  switch (state) {
    case 'reported':
    case 'verifying':
      return verifyBy === null ? null : { by: verifyBy, what: 'verify' };
    case 'feedback':
      return closeBy === null ? null : { by: closeBy, what: 'close' };
    case 'dispatched':
      return acceptBy === null ? null : { by: acceptBy, what: 'accept' };
    case 'accepted':
    case 'in-progress':
      return handleBy === null ? null : { by: handleBy, what: 'handle' };
    default:
      return null;
  }
}

export function isLate(task: UrgentTask, nowMs: number): boolean {
  const due = dueOf(task);
  return due !== null && Date.parse(due.by) < nowMs;
}

const severities = ['critical', 'major', 'minor', 'warning'];

/** Where life is at stake first, then what is due first, then the graver, then the older. */
export function compareUrgency(a: UrgentTask, b: UrgentTask): number {
  return (
    Number(b.lifeSafety) - Number(a.lifeSafety) ||
    dueMs(a) - dueMs(b) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    Date.parse(a.createdAt) - Date.parse(b.createdAt) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** Without a limit: after all that have one. */
function dueMs(task: UrgentTask): number {
  const due = dueOf(task);
  return due === null ? Number.MAX_SAFE_INTEGER : Date.parse(due.by);
}
