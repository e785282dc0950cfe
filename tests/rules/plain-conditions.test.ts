import { describe, expect, it } from 'vitest';
import type { Value } from '#model/reading.ts';
import { environments } from '#rules/language/environment.ts';
import { Frame, missingData, type Past } from '#rules/language/frame.ts';
import { plainCondition } from '#rules/language/plain.ts';
import { makeNumbersDouble } from '#rules/language/syntax-tree.ts';
import { fc } from '#tests/support/properties.ts';

/** What was said, each of it perhaps not at all. */
interface World {
  readonly value: number;
  readonly previous: number | undefined;
  readonly numbers: Readonly<Record<string, number | undefined>>;
  readonly texts: Readonly<Record<string, Value | undefined>>;
}

const perhaps = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(some, { nil: undefined });
const few = fc.constantFrom(-1, 0, 0.1, 0.2, 0.3, 1, 2, 30.3);
const worlds: fc.Arbitrary<World> = fc.record({
  value: few,
  previous: perhaps(few),
  numbers: fc.record({
    "avg('humidity', '5m')": perhaps(few),
    "count('humidity', '5m')": perhaps(few),
    humidity: perhaps(few),
    n: few,
    mean: perhaps(few),
    sd: perhaps(few),
  }),
  texts: fc.record({
    motion: perhaps(fc.boolean()),
    'access-result': perhaps(fc.constantFrom('granted', 'denied')),
  }),
});

const { number, truth } = fc.letrec<{ number: string; truth: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('value', 'previous', '0.3', '2', '30.3', "last('humidity')"),
    fc.constantFrom("avg('humidity', '5m')", "count('humidity', '5m')"),
    fc.constantFrom("baseline('humidity').n", "baseline('humidity').mean", "baseline('humidity').sd"),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
      .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
    tie('number').map((a) => `-(${a})`),
  ),
  truth: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'true',
      'false',
      "last('motion')",
      "last('access-result') == 'denied'",
      "last('motion') != true",
    ),
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number'))
      .map(([a, sign, b]) => `${a} ${sign} ${b}`),
    fc
      .tuple(tie('truth'), fc.constantFrom('&&', '||', '==', '!='), tie('truth'))
      .map(([a, sign, b]) => `(${a}) ${sign} (${b})`),
    tie('truth').map((a) => `!(${a})`),
  ),
}));

const pastOf = ({ numbers, previous, texts }: World): Past => ({
  valueAt: (property) => texts[property] ?? numbers[property],
  timeAt: () => undefined,
  valueBefore: () => previous,
  ask: ({ text }) => numbers[text],
  usual: () => ({ n: numbers['n'] ?? 0, mean: numbers['mean'], sd: numbers['sd'] }),
});

function frameOf(world: World): Frame {
  const frame = new Frame();
  frame.value = world.value;
  frame.property = 'temperature';
  frame.past = pastOf(world);
  return frame;
}

function celSays(program: (frame: Frame) => unknown, frame: Frame): unknown {
  try {
    return program(frame);
  } catch (error) {
    return error === missingData ? undefined : 'another error';
  }
}

function isMissing({ numbers, previous, texts }: World, what: string): boolean {
  if (what === 'previous') return previous === undefined;
  const [, inside = '', field] = /'([a-z-]+)'(?:.*\.(\w+)$)?/.exec(what) ?? [];
  if (what.startsWith('last')) return texts[inside] === undefined && numbers[inside] === undefined;
  return numbers[field ?? what] === undefined;
}

describe('a condition without an interpreter', () => {
  it('says what CEL says, and names what is missing when it is unknown', () => {
    let unknown = 0;
    fc.assert(
      fc.property(truth, worlds, (text, world) => {
        const program = environments.double.parse(text);
        makeNumbersDouble(program.ast);
        expect(program.check().valid, text).toBe(true);
        const plain = plainCondition(program.ast, 'double');
        if (!plain) throw new Error(`not plain: ${text}`);
        const frame = frameOf(world);
        const expected = celSays(program, frame);
        const seen = plain(frame);
        expect(seen, text).toBe(expected);
        if (seen !== undefined) return;
        unknown++;
        // One of those that are missing; CEL names the one that it looked at last, which need not have mattered.
        expect(isMissing(world, missingData.what), `${missingData.what} in ${text}`).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(unknown).toBeGreaterThan(100);
    expect(number).toBeDefined();
  });

  it.each([
    'value in [1.0, 2.0]',
    "device.kind == 'door'",
    'resident.age > 80',
    "age('co') < duration('5m')",
  ])('is not for %s: CEL evaluates it', (text) => {
    const program = environments.double.parse(text);
    makeNumbersDouble(program.ast);
    expect(program.check().valid).toBe(true);
    expect(plainCondition(program.ast, 'double')).toBeNull();
  });
});
