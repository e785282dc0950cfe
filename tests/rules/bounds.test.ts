import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { allowedFunctions, allowedMethods } from '#rules/language/bounds.ts';
import { checkRules } from '#rules/language/check-rules.ts';
import { compileCondition } from '#rules/language/condition.ts';
import { environments } from '#rules/language/environment.ts';

const refusal = (text: string, type: 'double' | 'string' = 'double'): string => {
  const compiled = compileCondition(text, type);
  return 'judge' in compiled ? 'taken' : `${compiled.offset} ${compiled.message}`;
};
const nested = (depth: number): string =>
  depth === 0 ? 'value > 1e9' : `[0,1,2,3,4,5,6,7,8,9].exists(v${depth}, ${nested(depth - 1)})`;

describe('a condition that could take long is refused when it loads', () => {
  it.each([
    ['nested comprehensions', nested(9), '22 conditions have no exists(): nested'],
    [
      'thousands of signs one in the other',
      `${'!'.repeat(3900)}true`,
      '0 the condition is nested too deeply',
    ],
    ['a thousand and one of them', `${'!'.repeat(1_001)}true`, '0 the condition is nested too deeply'],
    ['one alone', 'device.tags.all(t, t == "a")', '12 conditions have no all()'],
    ['inside an argument', 'size([1].map(v, v)) == 1', '9 conditions have no map()'],
    ['exists_one', '[1].exists_one(v, v > 0)', '4 conditions have no exists_one()'],
    ['filter', 'size([1].filter(v, v > 0)) == 1', '9 conditions have no filter()'],
    ['bindings, which double a text with each', "cel.bind(x, 'a', x == x)", '4 conditions have no bind()'],
    ['patterns', "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a+)+$')", '36 conditions have no matches()'],
    [
      'durations that are computed',
      "age('smoke') < duration(property)",
      '15 duration() takes a text of at most 64',
    ],
    ['long durations', `age('smoke') < duration('${'1'.repeat(65)}s')`, '15 duration() takes a text'],
    ['search in what grows', "(property + property).contains('a')", '22 contains() does not search'],
    ['search for what grows', "property.contains('a' + property)", '9 contains() does not search'],
    [
      'long expressions',
      `value > 1${' '.repeat(4096)}`,
      '0 a condition has at most 4096 characters, this one',
    ],
    [
      'long texts',
      `property == '${'a'.repeat(1025)}'`,
      '12 a text has at most 1024 characters, this one 1025',
    ],
    ['long lists', `value in [${'1,'.repeat(256)}1]`, '9 a list has at most 256 entries, this one 257'],
    [
      'very long lists',
      `value in [${'1,'.repeat(1500)}1]`,
      '9 a list has at most 256 entries, this one 1501',
    ],
    [
      'many zones',
      `${"at.getHours('UTC') > 1 && ".repeat(8)}at.getHours('UTC') > 1`,
      '211 a condition asks for at most 8 times in a zone',
    ],
  ])('%s', (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it.each([
    `value > 1${' '.repeat(4087)}`,
    `${'value + '.repeat(510)}value > 1`,
    `property == '${'a'.repeat(1024)}'`,
    `value in [${'1,'.repeat(255)}1]`,
    "device.id.startsWith('b3-') && 'lobby' in device.tags && size(property) > 2",
    "has(values.smoke) && values['smoke'] == true",
    "at.getHours('Asia/Shanghai') >= 22",
    "age('smoke') < duration('1h30m') && at > timestamp('2026-01-01T00:00:00Z')",
    "device.id.substring(0, 2) + 'x' == 'b3x'",
    "double(string(1)) == 1.0 && property.contains('o')",
  ])('and one that cannot is taken: %s', (text) => {
    expect(refusal(text)).toBe('taken');
  });

  it('with line and column, while the other rules of the file load', () => {
    const head = 'category: facilities, severity: minor, property: temperature';
    const { rules, problems } = checkRules(
      `rules:\n  - { id: good, ${head}, when: value > 30 }\n  - id: bad\n    category: facilities\n    severity: minor\n    property: temperature\n    when: value > 3 && 'a'.matches('^(a+)+$')\n`,
      { file: 'rules.yaml' },
    );
    expect(rules.map(({ id }) => id)).toEqual(['good']);
    expect(problems).toMatchObject([{ line: 7, column: 28, message: expect.stringContaining('matches()') }]);
  });
});

/** Name, and whether it is called on a value. */
const partsOf = (signature: string): { name: string; isMethod: boolean } => {
  const [before = ''] = signature.split('(');
  const receiver = before.lastIndexOf('.');
  return { name: before.slice(receiver + 1), isMethod: receiver >= 0 };
};
const isAllowed = (signature: string): boolean => {
  const { name, isMethod } = partsOf(signature);
  return (isMethod ? allowedMethods : allowedFunctions).has(name);
};

/** Each was looked at: it takes time with the length of what it is given, and gives nothing longer. */
const lookedAt = `
  dyn(dyn) bool(bool) bool(string)
  type(string) type(bool) type(int) type(uint) type(double) type(map<dyn, dyn>) type(list<dyn>) type(bytes) type(null)
  type(type) type(google.protobuf.Timestamp) type(google.protobuf.Duration) type(OptionalNamespace) type(CelNamespace)
  size(string) size(bytes) size(list<dyn>) size(map<dyn, dyn>)
  string.size() bytes.size() list<dyn>.size() map<dyn, dyn>.size()
  double(double) double(int) double(uint) double(string) int(int) int(double) int(string)
  string(string) string(bool) string(int) string(uint) string(bytes) string(double)
  string.startsWith(string) string.endsWith(string) string.contains(string)
  string.substring(int) string.substring(int, int)
  timestamp(string) timestamp(int) duration(string) has(ast)
  ${[
    'Date',
    'DayOfMonth',
    'DayOfWeek',
    'DayOfYear',
    'FullYear',
    'Hours',
    'Milliseconds',
    'Minutes',
    'Month',
    'Seconds',
  ]
    .flatMap((part) => ['', 'string'].map((zone) => `google.protobuf.Timestamp.get${part}(${zone})`))
    .join(' ')}
  ${['Hours', 'Minutes', 'Seconds', 'Milliseconds'].map((part) => `google.protobuf.Duration.get${part}()`).join(' ')}
`;

describe('what the library has', () => {
  const builtin = new Environment().getDefinitions().functions.map(({ signature }) => signature);

  it('and the list allows was looked at, so that a new version brings nothing in unseen', () => {
    const squeezed = lookedAt.replaceAll(/\s+/g, ' ');
    const allowed = builtin.filter(isAllowed).map((signature) => signature.replace(/: [^)]*$/, ''));
    expect(allowed.filter((signature) => !squeezed.includes(` ${signature} `))).toEqual([]);
    expect(allowed).toContain('string.contains(string)');
  });

  it.each(builtin.filter((signature) => !isAllowed(signature)))(
    'and the list does not name is refused: %s',
    (signature) => {
      const { name, isMethod } = partsOf(signature);
      const inner = signature.slice(signature.indexOf('(') + 1, signature.lastIndexOf(')'));
      const given =
        inner === ''
          ? ''
          : inner
              .split(', ')
              .map(() => 'v')
              .join(', ');
      expect(refusal(isMethod ? `device.${name}(${given})` : `${name}(${given})`)).toContain(
        `conditions have no ${name === 'all' ? 'all()' : ''}`,
      );
    },
  );

  it('and our own functions are all on the list', () => {
    const known = new Set(builtin);
    const own = environments.double.getDefinitions().functions.map(({ signature }) => signature);
    expect(own.filter((signature) => !known.has(signature) && !isAllowed(signature))).toEqual([]);
  });
});
