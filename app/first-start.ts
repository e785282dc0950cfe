import type { Core } from '#app/core.ts';
import { type LibraryPlanParts, planLibrary } from '#app/library-rules.ts';
import { carryOut } from '#app/rule-changes.ts';
import type { ResourceChange } from '#model/command.ts';
import { defaultCategories } from '#model/default-categories.ts';
import { messageOf } from '#model/errors.ts';
import type { Log } from '#model/log.ts';
import type { Actor } from '#model/record.ts';
import { trialReason } from '#model/rule-version.ts';
import { hashPassword, newSecret } from '#model/secrets.ts';
import { loadLibrary } from '#rules/library/load.ts';

const platformActor: Actor = { kind: 'system', id: 'system' };

/** The rule library: all of it for an installation that has nothing yet, later what of it nobody edited. */
export async function followLibrary(
  core: Core,
  { log, newRules }: { readonly log: Log; readonly newRules: LibraryPlanParts['newRules'] },
): Promise<void> {
  const { reader } = core;
  const library = loadLibrary();
  const isFirstStart = reader.standingRules().length === 0 && reader.accounts().length === 0;
  const following = carryOut(core, () =>
    planLibrary({
      library,
      last: (id) => reader.lastRuleVersion(id),
      standing: reader.standingRules(),
      bases: reader.ruleBases(),
      earlier: (version) => reader.earlierRuleVersions(version),
      newRules,
      isFirstStart,
    }),
  );
  // Later the rules of before do, until the next start: better than none.
  const done = await following.catch((error: unknown) => {
    if (isFirstStart) throw error;
    log.error(
      { error: messageOf(error) },
      'the rules stay as they are: those of this version cannot be taken over',
    );
    return [];
  });
  const namesOf = (changes: typeof done): string[] =>
    changes.flatMap((each) => each.changes.map(({ id }) => id));
  const changed = namesOf(done);
  if (isFirstStart) log.info({ rules: changed.length }, 'first start: the rule library is installed');
  else if (changed.length > 0)
    log.info({ rules: changed }, 'rules that nobody edited follow the library of this version');
  const trials = namesOf(done.filter(({ reason }) => reason === trialReason));
  if (trials.length > 0)
    log.warn(
      { rules: trials },
      'rules that are new in the library are on trial (shadow): look at what they would have raised, then switch them on',
    );
}

/**
 * The categories that Gridbell comes with, where there is none: a new installation, or one from before categories were
 * data. What stands is the community's own.
 */
export async function seedCategories(core: Core, { log }: { readonly log: Log }): Promise<void> {
  if (core.reader.all('category').length > 0) return;
  const changes = defaultCategories.map(
    (body): ResourceChange => ({ op: 'put', resource: 'category', id: body.id, body }),
  );
  await change(core, changes, 'the categories that Gridbell comes with');
  log.info({ categories: changes.length }, 'the categories that Gridbell comes with are installed');
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
