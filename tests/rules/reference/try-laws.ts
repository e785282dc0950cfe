/** `node try-laws.ts SEED RUNS`: prints the law that breaks first and after how many cases, as JSON; null: none does. */
import { cases } from '#tests/rules/reference/cases.ts';
import { type Law, laws } from '#tests/rules/reference/laws.ts';
import { Player } from '#tests/rules/reference/played.ts';
import { fc } from '#tests/support/properties.ts';

const [seed = 1, runs = 2_000] = process.argv.slice(2).map(Number);

/** After how many cases the law breaks; null: in none of them. */
function brokenAfter(law: Law): number | null {
  const property = fc.property(cases, (tried) => {
    fc.pre(new Player(tried).problems.length === 0);
    return law(tried).length === 0;
  });
  const { failed, numRuns } = fc.check(property, {
    seed,
    numRuns: runs,
    endOnFailure: true,
    maxSkipsPerRun: 2,
  });
  return failed ? numRuns : null;
}

let found: { readonly law: string; readonly after: number } | null = null;
for (const [law, holds] of Object.entries(laws)) {
  const after = brokenAfter(holds);
  if (after === null) continue;
  found = { law, after };
  break;
}
process.stdout.write(`${JSON.stringify(found)}\n`);
