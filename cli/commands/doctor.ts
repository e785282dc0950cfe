import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '#app/config.ts';
import type { Finding, Outcome } from '#app/doctor/finding.ts';
import { CommandVerdict, lineOf } from '#cli/failure.ts';
import type { Io } from '#cli/io.ts';
import { findRunning } from '#cli/operator.ts';
import { addPlatformOptions, type PlatformOptions, settingsOf } from '#cli/settings.ts';
import { wallClock } from '#model/clock.ts';

interface DoctorOptions extends PlatformOptions {
  readonly deep?: true;
  readonly json?: true;
}

export function addDoctorCommand(program: Command, io: Io): void {
  addPlatformOptions(
    program
      .command('doctor')
      .description('look at everything that Gridbell needs, change nothing, and say what to do')
      .option('--deep', 'read all of the stores: every batch, index and reading')
      .option('--json', 'print the findings as a JSON array'),
  ).action(async (options: DoctorOptions) => {
    const findings = await look(options, io);
    io.out(options.json ? JSON.stringify(findings) : findings.map(lines).join('\n'));
    if (findings.some(({ outcome }) => outcome === 'warning' || outcome === 'problem'))
      throw new CommandVerdict();
  });
}

async function look(options: DoctorOptions, io: Io): Promise<readonly Finding[]> {
  const { config, mistakes } = settings(options, io);
  const dataDir = config?.dataDir ?? resolve(options.dataDir ?? io.env['GRIDBELL_DATA_DIR'] ?? './data');
  // Loaded only here: it brings the stores with it.
  const { examineAll } = await import('#app/doctor/doctor.ts');
  const running = await findRunning(dataDir, limit).catch(() => undefined);
  try {
    return await examineAll({
      config,
      mistakes,
      dataDir,
      ask: running ? (path) => running.request('GET', path, limit) : null,
      deep: options.deep ?? false,
      now: wallClock.now(),
    });
  } finally {
    await running?.close();
  }
}

/** A platform that is stuck takes the question and says nothing. */
const limit = { withinMs: 5_000 };

/** Settings that are wrong are a finding too, and no reason not to look at the rest. */
function settings(options: DoctorOptions, io: Io): { config: Config | null; mistakes: string | null } {
  try {
    return { config: settingsOf(options, io), mistakes: null };
  } catch (error) {
    return { config: null, mistakes: lineOf(error) };
  }
}

const signs: Readonly<Record<Outcome, string>> = { ok: '✓', advice: 'i', warning: '!', problem: '✗' };

/** One line, and below it what to do. */
const lines = ({ check, found, outcome, todo }: Finding): string =>
  [`${signs[outcome]} ${check}: ${found}`, ...(todo === null ? [] : [`  → ${todo}`])].join('\n');
