import type { Core } from '#app/core.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { hashPassword, newSecret } from '#model/secrets.ts';
import { loadLibrary } from '#rules/library/load.ts';

const platformActor: Actor = { kind: 'system', id: 'system' };

/** The rule library, for an installation that has nothing yet: later what people made of it counts. */
export async function installLibrary(core: Core, log: Log): Promise<void> {
  if (core.reader.all('rule').length > 0 || core.reader.accounts().length > 0) return;
  const changes = loadLibrary().map(
    ({ id, source }) => ({ op: 'put', resource: 'rule', id, body: source }) as const,
  );
  await change(core, changes, 'the rule library');
  log.info({ rules: changes.length }, 'first start: the rule library is installed');
}

/**
 * The account `admin`, where nobody may administer Gridbell yet. The password is the given one, or a random one that is
 * printed once (to stderr, which no log collector keeps as it does stdout).
 */
export async function makeAdmin(
  core: Core,
  options: { readonly password: string | null; readonly log: Log; readonly print: (line: string) => void },
): Promise<void> {
  if (core.reader.accounts().some(({ role }) => role === 'admin')) return;
  const password = options.password ?? newSecret();
  const body = { id: 'admin', role: 'admin', passwordHash: await hashPassword(password) } as const;
  await change(core, [{ op: 'put', resource: 'account', id: body.id, body }], 'first start');
  options.log.info({}, 'first start: the account admin is made');
  if (options.password === null)
    options.print(
      `The account "admin" has the password ${password} (shown only now; change it with: gridbell user set-password admin --password-stdin)`,
    );
}

async function change(core: Core, changes: readonly ResourceChange[], reason: string): Promise<void> {
  await core.execute(platformActor, { name: 'change', expect: 'any', changes, reason });
  core.configuration.invalidate();
}
