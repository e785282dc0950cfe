import type { Core } from '#app/core.ts';
import type { ResourceChange } from '#model/command.ts';
import { GridbellError } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import type { RuleBody } from '#model/rule-version.ts';

/** Changes of rules that one source makes together. */
export interface RuleChanges {
  readonly actor: Actor;
  readonly reason: string;
  readonly changes: readonly ResourceChange[];
  /** What each was made from: somebody may change a rule meanwhile. */
  readonly versions: Readonly<Record<string, number>>;
}

/** `seen`: the version that stands; undefined: there never was one. Body null: delete. */
export interface RuleChange {
  readonly id: string;
  readonly body: RuleBody | null;
  readonly seen: { readonly version: number; readonly source: RuleBody | null } | undefined;
}

/** Several changes of rules as one. */
export const ruleChanges = (actor: Actor, reason: string, changes: readonly RuleChange[]): RuleChanges => ({
  actor,
  reason,
  changes: changes.map(({ body, id }) =>
    body === null ? { op: 'delete', resource: 'rule', id } : { op: 'put', resource: 'rule', id, body },
  ),
  versions: Object.fromEntries(
    changes.map(({ id, seen }) => [`rule ${id}`, seen?.source ? seen.version : 0]),
  ),
});

/** So often a plan is made anew when what it was made from has changed meanwhile. */
const mostAttempts = 5;

/**
 * Plans and carries out, anew as long as somebody was faster: after a crash that may be a command of before it, which
 * the engine has yet to take from the inbox. Answers what was done.
 */
export async function carryOut(
  core: Pick<Core, 'execute' | 'configuration'>,
  plan: () => readonly RuleChanges[],
): Promise<readonly RuleChanges[]> {
  const done: RuleChanges[] = [];
  for (let attempt = 1; ; attempt++) {
    try {
      for (const batch of plan()) {
        const { actor, changes, reason, versions } = batch;
        await core.execute(actor, { name: 'change', expect: 'any', changes, versions, reason });
        done.push(batch);
      }
      return done;
    } catch (error) {
      const isStale = error instanceof GridbellError && error.code === 'stale-version';
      if (!isStale || attempt === mostAttempts) throw error;
    } finally {
      core.configuration.invalidate();
    }
  }
}
