import { durationMs, type EpochMs, plus } from '#model/brand.ts';
import type { StepNote, TaskDraft } from '#tasks/task-draft.ts';

/** Lets the clock go on where it stood: the limits move by as long as it was stopped. */
export function resume(draft: TaskDraft, note: StepNote, now: EpochMs): TaskDraft {
  const { acceptBy, handleBy, suspended, suspendedMs = 0 } = draft.row;
  // A clock that was set back must not shorten what was promised.
  const forMs = durationMs(suspended ? Math.max(0, now - suspended.at) : 0);
  const later = (limit: EpochMs | null): EpochMs | null => (limit === null ? null : plus(limit, forMs));
  return draft.step(
    suspended?.from ?? 'in-progress',
    { ...note, because: [{ code: 'paused', forMs }, ...(note.because ?? [])] },
    {
      suspendedMs: suspendedMs + forMs,
      acceptBy: later(acceptBy),
      handleBy: later(handleBy),
    },
  );
}
