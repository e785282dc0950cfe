import { certificate } from '#app/doctor/checks/certificate.ts';
import { clock } from '#app/doctor/checks/clock.ts';
import { configuration } from '#app/doctor/checks/configuration.ts';
import { coverage } from '#app/doctor/checks/coverage.ts';
import { dataDirectory } from '#app/doctor/checks/data-directory.ts';
import { disk } from '#app/doctor/checks/disk.ts';
import { history } from '#app/doctor/checks/history.ts';
import { inbox } from '#app/doctor/checks/inbox.ts';
import { keys } from '#app/doctor/checks/keys.ts';
import { node } from '#app/doctor/checks/node.ts';
import { notifications } from '#app/doctor/checks/notifications.ts';
import { openFiles } from '#app/doctor/checks/open-files.ts';
import { opsStore } from '#app/doctor/checks/ops-store.ts';
import { platform } from '#app/doctor/checks/platform.ts';
import { ports } from '#app/doctor/checks/ports.ts';
import { quarantine } from '#app/doctor/checks/quarantine.ts';
import { rules } from '#app/doctor/checks/rules.ts';
import { taskHistory } from '#app/doctor/checks/task-history.ts';
import { tokens } from '#app/doctor/checks/tokens.ts';
import { type Check, type Finding, problem, type Said } from '#app/doctor/finding.ts';
import { admit, type Patient, type PatientParts } from '#app/doctor/patient.ts';
import { messageOf } from '#model/errors.ts';

/** What is looked at, in order: from what a start needs to what people made of it. */
export const checks: readonly Check[] = [
  configuration,
  node,
  platform,
  ports,
  disk,
  openFiles,
  clock,
  certificate,
  dataDirectory,
  keys,
  opsStore,
  taskHistory,
  inbox,
  history,
  quarantine,
  rules,
  tokens,
  coverage,
  notifications,
];

/** Looks at everything, changes nothing, and says what it found. A check that cannot do its work says so. */
export async function examineAll(parts: PatientParts): Promise<readonly Finding[]> {
  using patient = await admit(parts);
  const findings: Finding[] = [];
  for (const check of checks)
    for (const said of await examined(check, patient)) findings.push({ check: check.name, ...said });
  return findings;
}

async function examined(check: Check, patient: Patient): Promise<readonly Said[]> {
  try {
    return await check.examine(patient);
  } catch (error) {
    return [
      problem(
        `could not be looked at (${messageOf(error)})`,
        'settle what else is found first; report it when it stays',
      ),
    ];
  }
}
