import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { isDirectoryInUse, makeDataDirectory } from '#app/directory.ts';
import { CommandFailure } from '#cli/failure.ts';

const marker = 'gridbell-demo.json';

const Unfinished = Type.Object({}, { additionalProperties: false });
const Written = Type.Object({
  seed: Type.Integer(),
  secret: Type.String({ minLength: 1, description: 'Devices publish with tokens made from this' }),
  password: Type.String({ minLength: 1 }),
});
/** What the demo writes down of itself once its history is there. */
export type DemoRecord = Readonly<Static<typeof Written>>;

/** What a platform or a demo writes into its directory, with what its databases lay beside themselves. */
const ours =
  /^(gridbell-demo\.json|keys\.json(\.new)?|lock(-journal)?|inbox|ops\.db(-\w+)?|history\.duckdb(\..+)?|gridbell\.sock)$/;

/**
 * Makes room for a demo that begins anew. Only what a demo made is ever deleted; the directory itself stays, since
 * somebody may stand in it, link to it, or have mounted it.
 * @throws CommandFailure when it holds something else, or runs; GridbellError when it cannot be made.
 */
export function clearDirectory(dataDir: string): void {
  makeDataDirectory(dataDir);
  const names = readdirSync(dataDir);
  const isDemos = names.length === 0 || names.includes(marker);
  const foreign = names.find((name) => !ours.test(name));
  if (!isDemos || foreign !== undefined)
    throw new CommandFailure(
      `${dataDir} holds something that no demo made${isDemos ? ` (${foreign})` : ''}; give the demo a directory of its own with --data-dir DIR`,
    );
  refuseWhileInUse(dataDir);
  // The marker last: what is left when this is cut short is still a demo's.
  for (const name of names)
    if (name !== marker) rmSync(join(dataDir, name), { recursive: true, force: true });
  writeFileSync(join(dataDir, marker), '{}\n', { mode: 0o600 });
}

/** The history is complete: from now on the demo can go on here. */
export function writeRecord(dataDir: string, record: DemoRecord): void {
  writeFileSync(join(dataDir, marker), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/**
 * Undefined: no demo was made here to its end.
 * @throws CommandFailure when it runs, or what was written down is damaged.
 */
export function readRecord(dataDir: string): DemoRecord | undefined {
  refuseWhileInUse(dataDir);
  const path = join(dataDir, marker);
  if (!existsSync(path)) return undefined;
  const written = parsed(readFileSync(path, 'utf8'));
  if (Value.Check(Unfinished, written)) return undefined;
  if (Value.Check(Written, written)) return written;
  throw new CommandFailure(`${path} is damaged: without --keep the demo begins anew`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseWhileInUse(dataDir: string): void {
  if (isDirectoryInUse(dataDir) === true)
    throw new CommandFailure(`a platform runs on ${dataDir}; stop it, or take another --data-dir`);
}
