import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';
import { checkRules, parseRule } from '#rules/language/check-rules.ts';
import { type Condition, compileCondition } from '#rules/language/condition.ts';
import { Frame } from '#rules/language/frame.ts';
import { isAlways, isCovered, isNever, standingTerms } from '#rules/language/reach.ts';
import { findUnitMismatch } from '#rules/language/units.ts';
import { fc } from '#tests/support/properties.ts';

const example = /```yaml\n(rules:[\s\S]*?)```/.exec(readFileSync('docs/contract.md', 'utf8'))?.[1] ?? '';

/** Pieces that are put together at random, right and wrong. */
const pieces =
  "value|previous|values|device.id|resident.limits|at|true|30|-5.5|'smoke'|'5m'|'room'|null|&&|!|==|>=|<|+|-|*|/|%|in|?|:|(|)|[|]|{|}|,|.|rate(|others(|baseline(|last(|count(|size(|rate('temperature', '1m')|countWhere('smoke', true, '5m')|baseline('co').mean|b'x'|0x1F";
const piece = fc.constantFrom('||', ...pieces.split('|'));
const scramble = fc.array(piece, { maxLength: 12 }).map((some) => some.join(' '));

describe('whatever the text is', () => {
  it('the contract has an example, and it loads as it stands', () => {
    const { rules, problems } = checkRules(example, { file: 'contract.yaml' });
    expect(problems).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual([
      'smoke-alarm',
      'sos-pressed',
      'no-sign-of-life',
      'heat-rising',
    ]);
  });

  it('a rule file is checked without a throw, and each problem has its place', () => {
    const edited = fc
      .tuple(fc.nat(example.length), fc.nat(20), fc.oneof(scramble, fc.string({ maxLength: 8 })))
      .map(([at, cut, text]) => example.slice(0, at) + text + example.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), edited), (text) => {
        for (const { line, column, message } of checkRules(text, { file: 'x' }).problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });

  it('a rule of the API is checked without a throw', () => {
    const names =
      'id category severity property when clear key silentFor levels devices residents shadow for task activeHours __proto__';
    const key = fc.constantFrom(...names.split(' '));
    const good = { id: 'x', category: 'fire', severity: 'minor', property: 'smoke', when: 'value' };
    const source = fc
      .dictionary(key, fc.oneof(fc.jsonValue(), fc.constantFrom('smoke', '5m', 'room', 'value', 'resident')))
      .map((random) => ({ ...good, ...random }));
    fc.assert(
      fc.property(source, (rule) => {
        expect(parseRule(rule)).toBeTypeOf('object');
      }),
      { numRuns: 400 },
    );
  });

  it('a condition is compiled and judged without a throw', () => {
    const waking = [...propertyCatalogue.values()].filter(({ name }) => name === 'temperature');
    fc.assert(
      fc.property(fc.oneof(scramble, fc.string()), fc.constantFrom('double', 'bool', 'dyn'), (text, type) => {
        const condition = compileCondition(text, type);
        if (!('judge' in condition)) {
          expect(condition.message).not.toBe('');
          return;
        }
        isNever(condition.root, waking);
        isAlways(condition.root, waking);
        isCovered(condition.root, [condition.root], { waking });
        findUnitMismatch(condition.root, waking);
        expect([true, false, undefined]).toContain(condition.judge(new Frame()));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a condition that is refused as saying nothing', () => {
  const limit = fc.constantFrom('0', '10', '20', '30', '100');
  const sign = fc.constantFrom('<', '<=', '>', '>=', '==', '!=');
  const subject = fc.constantFrom('value', "last('humidity')", "count('motion', '5m')");
  const { condition: expression } = fc.letrec<{ atom: string; condition: string }>((tie) => ({
    atom: fc.oneof(
      fc.tuple(subject, sign, limit).map((parts) => parts.join(' ')),
      fc.tuple(limit, sign, subject).map((parts) => parts.join(' ')),
      fc
        .tuple(subject, fc.array(limit, { maxLength: 3 }))
        .map(([what, list]) => `${what} in [${list.join(', ')}]`),
      fc.constantFrom('true', 'false', "last('smoke')", "last('smoke') == false", '1 < 2'),
    ),
    condition: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'condition' },
      tie('atom'),
      fc.tuple(tie('condition'), tie('condition')).map(([one, other]) => `(${one} && ${other})`),
      fc.tuple(tie('condition'), tie('condition')).map(([one, other]) => `(${one} || ${other})`),
      tie('condition').map((inner) => `!(${inner})`),
    ),
  }));
  const compiled = expression.map((text): Condition => {
    const condition = compileCondition(text, 'double');
    if (!('judge' in condition)) throw new Error(`${text}: ${condition.message}`);
    return condition;
  });
  const waking = [...propertyCatalogue.values()].filter(({ name }) => name === 'humidity');

  const numbers = [0, 5, 10, 15, 20, 25, 30, 50, 100];
  /** All that may be said, data that is missing included. */
  const frames: readonly Frame[] = numbers.flatMap((value) =>
    [undefined, ...numbers].flatMap((humidity) =>
      [undefined, true, false].map((smoke) => {
        const frame = new Frame();
        const said: Record<string, Value | undefined> = { humidity, smoke };
        frame.value = value;
        frame.past = {
          ...frame.past,
          valueAt: (property) => said[property],
          ask: () => (value + (humidity ?? 0)) % 40,
        };
        return frame;
      }),
    ),
  );

  it('says nothing for all that may be said', () => {
    let found = 0;
    fc.assert(
      fc.property(compiled, (condition) => {
        const isFalse = isNever(condition.root, waking);
        const isTrue = isAlways(condition.root, waking);
        if (!isFalse && !isTrue) return;
        found++;
        for (const frame of frames) {
          const outcome = condition.judge(frame);
          if (isFalse) expect(outcome).not.toBe(true);
          if (isTrue) expect(outcome).toBe(true);
        }
      }),
      { numRuns: 1_500 },
    );
    expect(found).toBeGreaterThan(50);
  });

  it('as a level is never the first that fits while the alarm goes on', () => {
    let found = 0;
    const rule = fc.record({
      when: compiled,
      clear: fc.option(compiled, { nil: undefined }),
      above: fc.array(compiled, { maxLength: 3 }),
      level: compiled,
    });
    fc.assert(
      fc.property(rule, ({ when, clear, above, level }) => {
        const within = standingTerms(when.root, clear?.root);
        const before = above.map(({ root }) => root);
        if (!within || !isCovered(level.root, before, { waking, within })) return;
        found++;
        for (const frame of frames) {
          const isBetween = when.judge(frame) === false && clear?.judge(frame) === false;
          if ((when.judge(frame) || isBetween) && level.judge(frame))
            expect(above.some((each) => each.judge(frame))).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(100);
  });
});
