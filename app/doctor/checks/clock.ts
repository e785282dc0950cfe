import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';
import type { Patient } from '#app/doctor/patient.ts';
import { epochMs, minute } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

/** Nobody ran this version before. */
const earliest = Date.parse('2026-01-01T00:00:00Z');

/** The machine's clock, and the community's time zone. */
export const clock: Check = {
  name: 'clock',
  examine: async (patient) => [machine(patient), ...(await synchronized()), ...zone(patient)],
};

function machine({ now, ops }: Patient): Said {
  const todo = 'set the clock of the machine right, and let the system keep it so (NTP)';
  if (now < earliest) return problem(`the machine's clock says ${iso(now)}`, todo);
  const engineNow = ops?.ok && ops.value.reader.clock() === 'system' ? ops.value.engineNow() : undefined;
  if (engineNow !== undefined && engineNow - now > 5 * minute)
    return problem(
      `the machine's clock says ${iso(now)}, but the newest record is of ${iso(epochMs(engineNow))}`,
      `${todo}; readings that came meanwhile keep their times`,
    );
  return fine(`it is ${iso(now)}`);
}

/** Asks systemd, where there is one; it does not ask the network. */
async function synchronized(): Promise<readonly Said[]> {
  try {
    const { stdout } = await promisify(execFile)(
      'timedatectl',
      ['show', '-p', 'NTPSynchronized', '--value'],
      {
        timeout: 2_000,
      },
    );
    return stdout.trim() === 'no'
      ? [warning('the system does not keep the clock right (NTP)', 'timedatectl set-ntp true')]
      : [];
  } catch {
    return [];
  }
}

function zone({ ops }: Patient): readonly Said[] {
  const timezone = ops?.ok ? ops.value.reader.community()?.timezone : undefined;
  if (timezone === undefined) return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    return [
      problem(
        `the community's time zone ${timezone} is not known here`,
        'import the community with a zone such as Asia/Shanghai',
      ),
    ];
  }
}
