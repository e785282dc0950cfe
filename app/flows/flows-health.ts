import type { FlowsStanding } from '#api/flows-port.ts';
import type { Check, Health } from '#app/health.ts';

/** So many may be chance; more wants somebody to look. */
const passingCrashes = 2;

/** Health with what is to be said of flows. Gridbell is as ready without them. */
export function withFlows(health: Health, standing: FlowsStanding): Health {
  if (standing.state === 'off') return health;
  return { ready: health.ready, checks: { ...health.checks, flows: flowsCheck(standing) } };
}

function flowsCheck({ crashesInARow, lastEnd, nextStartAt, state }: FlowsStanding): Check {
  if (state === 'backing-off' && nextStartAt === null && lastEnd?.reason === 'disk')
    return {
      ok: false,
      detail: 'wait for room on the disk, which is kept for alarms: free some, and they start by themselves',
    };
  // Everybody may read this: what the process said last, which may be about residents, is for admins (GET /flows).
  const why = lastEnd && crashesInARow > 0 ? `; the last time: ${lastEnd.reason}` : '';
  if (crashesInARow > passingCrashes)
    return {
      ok: false,
      detail:
        state === 'safe-mode'
          ? `crashed ${crashesInARow} times in a row and are paused now: mend them in the editor and deploy${why}`
          : `crashed ${crashesInARow} times in a row${why}`,
    };
  return { ok: true, detail: `${state}${why}` };
}
