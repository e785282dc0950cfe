import type { Flows } from './flows-queries.ts';

/** The one sentence on top, and how bad it is. */
export function judgementOf({ because, crashesInARow, flows, lastEnd, nextStartAt, state }: Flows): {
  readonly tone: 'well' | 'quiet' | 'warning' | 'major';
  readonly what:
    | 'off'
    | 'stopped'
    | 'starting'
    | 'running'
    | 'paused'
    | 'missing'
    | 'safe-mode'
    | 'safe-fell'
    | 'backing-off'
    | 'no-room';
} {
  if (state === 'running') {
    if (flows === 'start' && because === null) return { tone: 'well', what: 'running' };
    return { tone: 'warning', what: because === 'missing-types' ? 'missing' : 'paused' };
  }
  if (state === 'safe-mode')
    return crashesInARow > 0 ? { tone: 'major', what: 'safe-fell' } : { tone: 'warning', what: 'safe-mode' };
  if (state === 'backing-off') {
    const waitsForRoom = lastEnd?.reason === 'disk' && nextStartAt === null;
    return { tone: 'major', what: waitsForRoom ? 'no-room' : 'backing-off' };
  }
  return { tone: state === 'stopped' ? 'warning' : 'quiet', what: state };
}
