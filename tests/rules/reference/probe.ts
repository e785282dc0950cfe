import fc from 'fast-check';
import { cases, lines } from '#tests/rules/reference/laws.ts';
import { heard, Player } from '#tests/rules/reference/played.ts';
import { start } from '#tests/rules/reference/random-streams.ts';
import { expectedAlarms } from '#tests/rules/reference/reference.ts';
import { ruleSource } from '#tests/rules/reference/rule-text.ts';

let n = 0,
  bad = 0,
  alarms = 0;
const problems = new Map<string, number>();
let te = 0,
  tr = 0;
const features = new Set((process.env['F'] ?? '').split(','));
const result = fc.check(
  fc.property(cases, ({ unitMs, zone, rules, steps }) => {
    n++;
    const text = JSON.stringify(rules);
    if (features.has('old')) {
      fc.pre(!/"window"|"others"|"count-where"|"baseline"/.test(text));
      fc.pre(rules.every((r) => r.key === 'device'));
    }
    const player = new Player(rules, unitMs, zone);
    if (player.problems.length > 0) {
      bad++;
      for (const p of player.problems)
        problems.set(p.replace(/\d+/g, 'N'), (problems.get(p.replace(/\d+/g, 'N')) ?? 0) + 1);
      fc.pre(false);
    }
    let t = performance.now();
    const told = heard(steps.flatMap((s) => player.take(s)))
      .filter((a) => !a.isRevised)
      .map((a) =>
        rules.find(({ id }) => id === a.rule)?.trigger.is === 'silence' ? { ...a, device: '' } : a,
      );
    te += performance.now() - t;
    t = performance.now();
    const exp = expectedAlarms(rules, steps, { unitMs, zone });
    tr += performance.now() - t;
    alarms += exp.length;
    const a = lines(told, unitMs),
      b = lines(exp, unitMs);
    if (JSON.stringify(a) !== JSON.stringify(b))
      throw new Error(
        'engine:\n' +
          a.filter((x) => !b.includes(x)).join('\n') +
          '\nreference:\n' +
          b.filter((x) => !a.includes(x)).join('\n'),
      );
  }),
  { numRuns: Number(process.env['N'] ?? 500), seed: Number(process.env['SEED'] ?? 1), maxSkipsPerRun: 1000 },
);
console.log(
  n,
  'runs',
  bad,
  'refused',
  alarms,
  'alarms',
  te.toFixed(0),
  'ms engine',
  tr.toFixed(0),
  'ms ref',
  problems,
);
if (result.failed) {
  const c = result.counterexample![0];
  console.log('shrunk', result.numShrinks, 'after', result.numRuns, 'unit', c.unitMs, c.zone);
  for (const r of c.rules) console.log(JSON.stringify(ruleSource(r, c.unitMs)));
  for (const s of c.steps)
    console.log((s.at - start) / c.unitMs, JSON.stringify({ ...s, at: undefined, arrives: undefined }));
  console.log(String(result.errorInstance).slice(0, 1500));
}
