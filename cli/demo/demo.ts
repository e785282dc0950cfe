import { randomBytes } from 'node:crypto';
import type { Config } from '#app/config.ts';
import { type Company, newCompany } from '#cli/demo/company.ts';
import { clearDirectory, type DemoRecord, readRecord, writeRecord } from '#cli/demo/directory.ts';
import { makeHistory } from '#cli/demo/history.ts';
import type { DemoOptions } from '#cli/demo/options.ts';
import { checkPorts } from '#cli/demo/ports.ts';
import { live } from '#cli/demo/present.ts';
import { day, type EpochMs, plus } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';

const knownPassword = 'gridbell-demo';
const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/** The whole demo: its past, then its present until it is stopped. Rejects when the platform ends by itself. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { config, days, keep, seed } = options;
  await checkPorts(config);
  const kept = keep ? readRecord(config.dataDir) : undefined;
  const record = kept ?? newRecord(config, seed);
  const now = wallClock.now();
  const from = kept ? now : plus(now, -days * day);
  const company = newCompany({ ...options, record, from, now });
  const until = kept ? now : await makePast(options, company, from);
  if (!options.stop.aborted) await live(options, company, until);
}

const newRecord = ({ adminPassword, host }: Config, seed: number): DemoRecord => ({
  seed,
  secret: randomBytes(32).toString('base64url'),
  // Whoever reads the manual may sign in, as long as they sit at this machine.
  password: adminPassword ?? (loopback.has(host) ? knownPassword : randomBytes(9).toString('base64url')),
});

async function makePast(options: DemoOptions, company: Company, from: EpochMs): Promise<EpochMs> {
  const { config, progress } = options;
  clearDirectory(config.dataDir);
  const until = await makeHistory(options, company, from);
  progress.done();
  if (!options.stop.aborted) writeRecord(config.dataDir, company.record);
  return until;
}
