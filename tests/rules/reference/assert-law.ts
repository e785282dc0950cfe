import { type Case, cases } from '#tests/rules/reference/cases.ts';
import type { Law } from '#tests/rules/reference/laws.ts';
import { Player } from '#tests/rules/reference/played.ts';
import { start } from '#tests/rules/reference/random-streams.ts';
import { ruleSource } from '#tests/rules/reference/rule-text.ts';
import { fc } from '#tests/support/properties.ts';

/** Which cases are tried. The same seed gives the same cases. */
export interface Trial {
  readonly seed: number;
  readonly runs: number;
}

/** Tries a law on random cases. Throws with the smallest case that breaks it and the differences. */
export function assertLaw(law: Law, { seed, runs }: Trial): void {
  const property = fc.property(cases, (tried) => {
    // A condition that can never hold and the like: such a rule does not load, nothing is said of it.
    fc.pre(new Player(tried).problems.length === 0);
    const differences = law(tried);
    if (differences.length > 0) throw new Error(differences.join('\n'));
  });
  const { failed, counterexample, errorInstance, numRuns, numSkips } = fc.check(property, {
    seed,
    numRuns: runs,
    maxSkipsPerRun: 2,
  });
  if (!failed) return;
  const [tried] = counterexample ?? [];
  const why =
    errorInstance instanceof Error ? errorInstance.stack : `${numSkips} of ${numRuns} rules do not load`;
  throw new Error(`seed ${seed}\n${tried ? written(tried) : ''}\n${why}`);
}

/** A case as one reads it; times in units from the start. */
function written({ unitMs, zone, rules, steps, troubles, cuts }: Case): string {
  const at = (time: number): number => (time - start) / unitMs;
  const happening = [...steps, ...troubles].map((step) =>
    JSON.stringify({ ...step, at: at(step.at), arrives: undefined, does: `${at(step.at)} ${step.does}` }),
  );
  return [
    `unit ${unitMs} ms, ${zone}, cuts ${JSON.stringify(cuts)}`,
    ...rules.map((rule) => JSON.stringify(ruleSource(rule, unitMs))),
    ...happening,
  ].join('\n');
}
