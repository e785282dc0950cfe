import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import type { Ask } from '#app/doctor/patient.ts';

/** Whether a platform runs, and what it says of itself. */
export const platform: Check = {
  name: 'platform',
  examine: async ({ ask, isInUse, paths }) => {
    if (ask !== null) return askHealth(ask);
    if (isInUse === null)
      return [
        problem(
          `whether something runs on the data directory cannot be told: ${paths.lock} cannot be read`,
          'run this as the user who starts Gridbell; lock is a file that each start makes where there is none',
        ),
      ];
    if (!isInUse) return [fine('nothing runs on the data directory; its files are looked at')];
    return [
      warning(
        'something has the data directory open and does not answer on its socket: a platform that starts or stops, or a command at work',
        'wait a minute and run this again; if it stays so, see the log and start Gridbell anew',
      ),
    ];
  },
};

async function askHealth(ask: Ask): Promise<readonly Said[]> {
  const { body } = await ask('/health/ready');
  const { checks = {} } = body as { checks?: Record<string, { ok: boolean; detail: string }> };
  const bad = Object.entries(checks).filter(([, { ok }]) => !ok);
  if (bad.length === 0) return [fine('runs and is well')];
  return bad.map(([name, { detail }]) =>
    problem(`${name}: ${detail}`, `docs/operations.md, "Is it well?", says what to do about ${name}`),
  );
}
