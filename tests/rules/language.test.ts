import { describe, expect, it } from 'vitest';
import { checkRules, parseRule } from '#rules/language/check-rules.ts';
import { compileCondition } from '#rules/language/condition.ts';
import { Frame } from '#rules/language/frame.ts';
import { valueTypeOf } from '#rules/language/value-type.ts';

const head = `rules:
  - id: good
    category: facilities
    severity: minor
    property: temperature
    when: value > 30
  - id: tried
    category: facilities
    severity: minor
`;
/** Problems of a rule whose own lines begin at line 10, as `line:column message`. */
const problemsOf = (lines: string): readonly string[] => {
  const { rules, problems } = checkRules(`${head}${lines}`, { file: 'rules.yaml' });
  expect(rules.map(({ id }) => id)).toContain('good');
  expect(problems.every(({ file }) => file === 'rules.yaml')).toBe(true);
  return problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
};

describe('what is refused, with line and column, while the others load', () => {
  it.each([
    ['unknown names', '    property: smoke\n    when: vlaue == true\n', '11:11 Unknown variable: vlaue'],
    ['syntax', '    property: smoke\n    when: value ==\n', '11:19 Unexpected token: EOF'],
    [
      'types',
      '    property: temperature\n    when: value > 3 && value == true\n',
      '11:24 no such overload: double == bool',
    ],
    [
      'types in a folded block',
      '    property: temperature\n    when: >-\n      value > 3\n      && value == true\n',
      '13:10 no such overload: double == bool',
    ],
    [
      'types in a literal block with an empty line',
      '    property: temperature\n    when: |\n      value > 3\n\n      && vlaue > 3\n',
      '14:10 Unknown variable: vlaue',
    ],
    [
      'types in a plain scalar over two lines',
      '    property: temperature\n    when: value > 3\n      && vlaue > 3\n',
      '12:10 Unknown variable: vlaue',
    ],
    [
      'types in double quotes',
      '    property: smoke\n    when: "\\"a\\" == \'a\' && vlaue"\n',
      '11:28 Unknown variable: vlaue',
    ],
    [
      'types in single quotes',
      "    property: smoke\n    when: '''a'' == \"a\" && vlaue'\n",
      '11:28 Unknown variable: vlaue',
    ],
    [
      'a condition that is none',
      '    property: temperature\n    when: value + 1\n',
      '11:11 a condition must be true or false; this is of type double',
    ],
    [
      'comparison with null',
      '    property: temperature\n    when: value == null\n',
      '11:11 no such overload: double == null',
    ],
    [
      'unknown properties',
      '    property: [smoke, smok]\n    when: value == true\n',
      "10:23 unknown property 'smok'",
    ],
    [
      'unknown properties in functions',
      "    property: smoke\n    when: last('smok') == true\n",
      "11:16 unknown property 'smok'",
    ],
    ['unknown fields', "    property: smoke\n    when: device.place == 'x'\n", '11:18 No such key: place'],
    [
      'functions that nobody has',
      '    property: smoke\n    when: frobnicate(value)\n',
      '11:11 conditions have no function frobnicate()',
    ],
    ['unknown keys', '    property: smoke\n    when: value\n    wehn: value\n', "12:5 unknown key 'wehn'"],
    [
      'unknown keys below',
      '    property: smoke\n    when: value\n    task: { title: x, to: admin, accept-wthin: 3s }\n',
      "12:34 unknown key 'accept-wthin'",
    ],
    [
      'unknown roles',
      '    property: smoke\n    when: value\n    task: { title: x, to: boss }\n',
      '12:27 must be one of admin, property-manager',
    ],
    [
      'unknown scopes',
      '    property: smoke\n    when: value\n    task: { title: x, to: admin, join: { by: planet, within: 1m } }\n',
      '12:46 must be one of room, unit',
    ],
    [
      'unknown modes',
      '    property: smoke\n    when: value\n    unless: [asleep]\n',
      '12:14 must be one of maintenance',
    ],
    [
      'wrong types of keys',
      '    property: smoke\n    when: value\n    event: maybe\n',
      '12:12 must be boolean',
    ],
    [
      'durations without a unit',
      '    property: smoke\n    when: value\n    for: 20\n',
      '12:10 must be string',
    ],
    [
      'durations that are none',
      '    property: smoke\n    when: value\n    for: 20 sec\n',
      '12:10 must be a duration such as 90s, 2m, 12h',
    ],
    [
      'impossible durations',
      '    property: smoke\n    when: value\n    for: 900d\n',
      '12:10 impossible duration: longer than 8784 h',
    ],
    [
      'impossible silence',
      '    property: smoke\n    silent-for: 0s\n',
      '11:17 impossible duration: shorter than 1 ms',
    ],
    [
      'impossible durations in expressions',
      "    property: smoke\n    when: age('smoke') < duration('5 min')\n",
      '11:35 Invalid duration string: 5 min',
    ],
    [
      'lateness beyond memory',
      '    property: smoke\n    when: value\n    lateness: 2d\n',
      '12:15 impossible duration: longer than 24 h',
    ],
    [
      'when and silent-for both',
      '    property: smoke\n    when: value\n    silent-for: 1h\n',
      "11:5 'when' and 'silent-for' exclude each other",
    ],
    ['neither', '    property: smoke\n', "7:5 needs 'when' or 'silent-for'"],
    [
      'event with for',
      '    property: smoke\n    when: value\n    event: true\n    for: 3s\n',
      "13:5 'for' has no meaning with 'event'",
    ],
    [
      'event with clear',
      '    property: smoke\n    when: value\n    event: true\n    clear: "!value"\n',
      "13:5 'clear' has no meaning with 'event'",
    ],
    [
      'any property with when',
      '    property: "*"\n    when: value == 3\n',
      "10:15 '*' stands for any reading only with 'silent-for'",
    ],
    [
      'days that are none',
      '    property: smoke\n    when: value\n    active-hours: { from: "07:00", to: "08:00", days: mo-fr }\n',
      '12:55 must be days such as mon-fri,sun',
    ],
    [
      'a level that does not compile',
      '    property: temperature\n    when: value > 3\n    levels: [ { when: value > x, severity: critical } ]\n',
      '12:31 Unknown variable: x',
    ],
    [
      'an id that stands already',
      '    property: smoke\n    when: value\n  - id: good\n    category: fire\n    severity: minor\n    property: smoke\n    when: value\n',
      "12:9 a rule 'good' stands above already",
    ],
    [
      'a key twice',
      '    property: smoke\n    when: value\n    when: value\n',
      '12:5 YAML: Map keys must be unique',
    ],
  ])('%s', (_, lines, expected) => {
    expect(problemsOf(lines).map((text) => text.slice(0, expected.length))).toContain(expected);
  });

  it('all that is wrong with one rule', () => {
    const lines =
      "    property: temperature\n    wehn: 1\n    when: vlaue > 3\n    clear: value == 'x'\n    levels: [ { when: value > 3, severity: bad } ]\n";
    expect(problemsOf(lines)).toHaveLength(2);
    expect(problemsOf(lines.replace('    wehn: 1\n', '').replace('bad', 'critical'))).toHaveLength(2);
  });

  it('what is missing', () => {
    const { problems } = checkRules('rules:\n  - id: x\n', { file: 'x' });
    expect(problems.map(({ message }) => message)).toEqual([
      "'category' is missing",
      "'severity' is missing",
      "'property' is missing",
    ]);
  });

  it.each([
    ['rules: [', 1],
    ['rules:\n  - id: a\n   when: x\n', 3],
    ['- id: a\n', 1],
    ['', 1],
  ])('YAML that is no rule file: %j', (text, line) => {
    const { rules, problems } = checkRules(text, { file: 'x' });
    expect(rules).toEqual([]);
    expect(problems[0]?.line).toBe(line);
  });
});

describe('a rule from the store', () => {
  it('may have camelCase or kebab-case keys, and its problems have no line', () => {
    const common = { id: 'x', category: 'fire', severity: 'critical', property: 'smoke', when: 'value' };
    expect(parseRule({ ...common, 'clear-for': '2m' })).toMatchObject({
      rule: { trigger: { clearForMs: 120_000 } },
    });
    expect(parseRule({ ...common, clearFor: '2m' })).toMatchObject({
      rule: { trigger: { clearForMs: 120_000 } },
    });
    expect(parseRule({ ...common, when: 'x' })).toEqual({
      problems: [{ rule: 'x', path: 'when', line: null, column: null, message: 'Unknown variable: x' }],
    });
  });

  it.each([
    [{ category: 'fire', severity: 'critical', property: 'smoke' }, true],
    [{ category: 'fire', severity: 'major', property: 'smoke' }, false],
    [{ category: 'elderly-care', severity: 'minor', property: 'sos' }, true],
    [{ category: 'facilities', severity: 'minor', property: ['temperature', 'co'] }, true],
    [{ category: 'elderly-care', severity: 'major', property: 'fall' }, false],
    [{ category: 'fire', severity: 'critical', property: 'smoke', lifeSafety: false }, false],
  ])('%j: life safety by default %s', (source, lifeSafety) => {
    expect(parseRule({ id: 'x', when: "value == last('battery-low')", ...source })).toMatchObject({
      rule: { lifeSafety },
    });
  });
});

describe('conditions', () => {
  const frame = (value: number | boolean | string): Frame => {
    const made = new Frame();
    made.value = value;
    made.property = 'temperature';
    return made;
  };
  const judge = (text: string, value: number | boolean | string = 5): boolean | undefined => {
    const type = typeof value === 'number' ? 'double' : typeof value === 'boolean' ? 'bool' : 'string';
    const condition = compileCondition(text, type);
    if (!('judge' in condition)) throw new Error(condition.message);
    return condition.judge(frame(value));
  };
  const unknown = 'previous == 1.0';

  it.each([
    [`true && ${unknown}`, undefined],
    [`false && ${unknown}`, false],
    [`${unknown} && true`, undefined],
    [`${unknown} && false`, false],
    [`true || ${unknown}`, true],
    [`false || ${unknown}`, undefined],
    [`${unknown} || true`, true],
    [`${unknown} || false`, undefined],
    [`!(${unknown})`, undefined],
    [`${unknown} && ${unknown}`, undefined],
    [`${unknown} ? true : false`, undefined],
    [`true ? true : ${unknown}`, true],
    ["last('humidity') > 3", undefined],
    ["age('humidity') < duration('5m')", undefined],
    ["resident.age > 3 || place.kind == 'room'", undefined],
    ['resident.livesAlone', undefined],
    ["'heart-rate' in resident.limits", false],
    ["values['humidity'] == 3", undefined],
    ["'humidity' in values", false],
  ])('%s is %s', (text, expected) => {
    expect(judge(text)).toBe(expected);
  });

  it.each([
    'value + 2 == 7',
    'value > 4 && value < 6.5',
    'value * 2 / 4 == 2.5',
    'value % 2 == 1',
    'value in [1, 5, 7.5]',
    '(value > 3 ? 1 : 2.5) == 1',
    'size(device.tags) == 0',
    'size(device.tags) + value == 5',
    '-value < 0',
    "'abc'.substring(1, 2) == 'b'",
    'at.getFullYear() == 1970',
  ])('integers and doubles go together: %s', (text) => {
    expect(judge(text)).toBe(true);
  });

  it('never throw, whatever the value is', () => {
    const condition = compileCondition('value > 3', 'double');
    if (!('judge' in condition)) throw new Error('must compile');
    expect(condition.judge(frame('warm'))).toBeUndefined();
    expect(condition.whyUnknown()).toContain('value');
  });

  it('take the type of their properties from the catalogue', () => {
    expect(valueTypeOf(['temperature', 'humidity'])).toBe('double');
    expect(valueTypeOf(['smoke'])).toBe('bool');
    expect(valueTypeOf(['smoke', 'temperature'])).toBe('dyn');
  });
});
