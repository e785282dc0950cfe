import type { Core } from '#app/core.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { hashPassword, newSecret } from '#model/secrets.ts';
import { loadLibrary } from '#rules/library/load.ts';

export const platformActor: Actor = { kind: 'system', id: 'system' };

/**
 * The first start of a data directory: the account `admin` and the rule library. The password is the given one, or a
 * random one that is printed once (to stderr, which no log collector keeps as it does stdout).
 */
export async function prepareFirstStart(
  core: Core,
  options: { readonly adminPassword: string | null; readonly log: Log; print(line: string): void },
): Promise<void> {
  if (core.reader.account('admin')) return;
  const password = options.adminPassword ?? newSecret();
  const account = { id: 'admin', role: 'admin', passwordHash: await hashPassword(password) } as const;
  const changes: ResourceChange[] = [
    { op: 'put', resource: 'account', id: account.id, body: account },
    ...loadLibrary().map(({ id, source }) => ({ op: 'put', resource: 'rule', id, body: source }) as const),
  ];
  await core.execute(platformActor, { name: 'change', expect: 'any', changes, reason: 'first start' });
  core.configuration.invalidate();
  options.log.info(
    { rules: changes.length - 1 },
    'first start: account admin and the rule library were made',
  );
  if (options.adminPassword === null)
    options.print(
      `The account "admin" has the password ${password} (shown only now; change it with: gridbell user set-password admin --password-stdin)`,
    );
}
