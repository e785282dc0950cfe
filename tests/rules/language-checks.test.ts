import { describe, expect, it } from 'vitest';
import { checkRules } from '#rules/language/check-rules.ts';

const head = 'rules:\n  - id: tried\n    category: facilities\n    severity: minor\n';
/** Problems of a rule whose own lines begin at line 5, as `line:column message`. */
const problemsOf = (...lines: readonly string[]): readonly string[] =>
  checkRules(head + lines.map((line) => `    ${line}\n`).join(''), { file: 'rules.yaml' }).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

describe('properties that no selected kind says', () => {
  it.each([
    [
      ['property: heart-rate', 'devices: { kind: smoke-detector }', 'when: value > 3'],
      "5:15 no smoke-detector says 'heart-rate'; wearable, fall-radar, bed-sensor do",
    ],
    [
      ['property: [smoke, sos]', 'devices: { kind: [smoke-detector, heat-detector] }', 'when: value == true'],
      "5:23 no smoke-detector or heat-detector says 'sos'; access-reader, sos-button, wearable, fall-radar, bed-sensor, door, lift, lock do",
    ],
    [
      ['property: smoke', 'devices: { kind: smoke-detector }', "when: value && last('spo2') < 90"],
      "7:25 no smoke-detector says 'spo2'; wearable, bed-sensor do",
    ],
    [
      ['property: smoke', 'devices: { kind: smoke-detector }', "when: value && avg('spo2', '5m') < 90"],
      "7:24 no smoke-detector says 'spo2'; wearable, bed-sensor do",
    ],
    [['property: motion', 'devices: { kind: motion }', 'silent-for: 1h', 'key: room'], undefined],
    [
      [
        'property: access-result',
        'devices: { kind: access-reader }',
        "when: value == 'denied'",
        'key: { by: device, and: spo2 }',
      ],
      "8:29 no access-reader says 'spo2'; wearable, bed-sensor do",
    ],
  ])('%j', (lines, expected) => {
    const found = problemsOf(...lines);
    const sorted = (text: string | undefined): string[] => (text ?? '').split(/[ ,;]+/).sort();
    expect(found).toHaveLength(expected === undefined ? 0 : 1);
    expect(sorted(found[0])).toEqual(sorted(expected));
  });

  it.each([
    [
      'property: smoke',
      'devices: { kind: smoke-detector }',
      "when: others('motion', true, 'room', '1m') > 0",
    ],
    ['property: [motion, toilet-flush]', 'devices: { kind: [motion, water-meter] }', 'silent-for: 1h'],
    ['property: heart-rate', 'devices: { kind: [smoke-detector, treadmill] }', 'when: value > 3'],
    ['property: heart-rate', 'devices: { kind: gateway }', 'when: value > 3'],
    ['property: heart-rate', 'devices: { place: g1 }', 'when: value > 3'],
    ['property: battery-low', 'devices: { kind: [camera, lift] }', 'when: value'],
    ['property: energy', 'devices: { kind: lift }', 'when: value > 3'],
    ['property: temperature', 'devices: { kind: [motion, door, water-leak] }', 'when: value > 3'],
  ])('are none: %s, %s, %s', (...lines) => {
    expect(problemsOf(...lines)).toEqual([]);
  });
});

it('all that is wrong with a rule is told at once', () => {
  const found = problemsOf(
    'property: [smoke, sos]',
    'devices: { kind: smoke-detector }',
    "when: last('temperature') > last('humidity')",
    "levels: [ { when: last('temperature') > 30, severity: major }, { when: last('temperature') > 40, severity: critical } ]",
    'for: 900d',
  );
  expect(found.map((text) => text.replace(/ .*/, ''))).toEqual(['5:23', '7:11', '8:76', '9:10']);
});

describe('units', () => {
  it.each([
    ["value > last('humidity')", "6:12 units do not go together: value is in Cel, last('humidity') in %"],
    [
      "value > 3 && avg('temperature', '5m') + 2 < max('humidity', '5m')",
      "6:25 units do not go together: avg('temperature', '5m') + 2 is in Cel, max('humidity', '5m') in %",
    ],
    [
      "rate('temperature', '1m') > delta('temperature', '1m')",
      "6:12 units do not go together: rate('temperature', '1m') is in Cel/min, delta('temperature', '1m') in Cel",
    ],
    ["value - last('humidity') > 3", "6:12 units do not go together: value is in Cel, last('humidity') in %"],
    [
      "value > baseline('humidity').mean",
      "6:12 units do not go together: value is in Cel, baseline('humidity').mean in %",
    ],
    [
      "value > baseline('temperature').n",
      "6:12 units do not go together: value is in Cel, baseline('temperature').n in 1",
    ],
    [
      "value > count('temperature', '5m')",
      "6:12 units do not go together: value is in Cel, count('temperature', '5m') in 1",
    ],
    [
      "value > others('smoke', true, 'room', '5m')",
      "6:12 units do not go together: value is in Cel, others('smoke', true, 'room', '5m') in 1",
    ],
    [
      "value == values['humidity']",
      "6:12 units do not go together: value is in Cel, values['humidity'] in %",
    ],
    [
      "previous > resident.limits['heart-rate'].high",
      "6:12 units do not go together: previous is in Cel, resident.limits['heart-rate'].high in /min",
    ],
    ["-value > last('co2')", "6:12 units do not go together: -value is in Cel, last('co2') in ppm"],
    [
      "value > double(last('humidity'))",
      "6:12 units do not go together: value is in Cel, double(last('humidity')) in %",
    ],
  ])('that differ are refused: %s', (when, expected) => {
    expect(problemsOf('property: temperature', `when: "${when}"`)).toEqual([expected]);
  });

  it.each([
    "value > last('body-temperature')",
    "value > avg('temperature', '1h') + 3 * baseline('temperature').sd",
    "value + rate('temperature', '5m') * 10 > 57",
    'value * 1.8 + 32 > 90',
    "value / last('humidity') > 3",
    "value > 30 && last('humidity') > 80",
    "delta('temperature', '10m') / 10 > rate('temperature', '10m')",
    'value > resident.age',
    'value - previous > 5',
    "last('blood-pressure-systolic') - last('blood-pressure-diastolic') > 60",
    "rate('steps', '1m') > last('heart-rate')",
    "count('motion', '5m') > last('people-count')",
    "(value > 3 ? value : last('humidity')) > 3",
  ])('that are the same, or that nobody can tell, go together: %s', (when) => {
    expect(problemsOf('property: temperature', `when: "${when}"`)).toEqual([]);
  });

  it('of several properties are told only when all are the same', () => {
    const when = `when: "value > last('co2')"`;
    expect(problemsOf('property: [temperature, body-temperature]', when)).toHaveLength(1);
    expect(problemsOf('property: [temperature, eco2]', when)).toEqual([]);
  });
});

describe('types that do not go together are said in words', () => {
  it.each([
    [
      "age('co') < 5",
      "no such overload: google.protobuf.Duration < double: a duration and a number do not go together: write a duration such as duration('5m')",
    ],
    [
      "value > baseline('temperature')",
      "no such overload: double > Baseline: a number and what is usual do not go together: name its .mean, .sd or .n, such as baseline('temperature').mean",
    ],
    ["value == 'hot'", 'no such overload: double == string: a number and a text do not go together'],
    [
      'value == null',
      'no such overload: double == null: a number and nothing do not go together: what is not there makes a condition unknown by itself',
    ],
  ])('%s', (when, expected) => {
    expect(problemsOf('property: temperature', `when: "${when}"`)).toEqual([`6:12 ${expected}`]);
  });
});

describe('values that a property never has', () => {
  it.each([
    [
      'access-result',
      "value == 'refused'",
      "6:21 'access-result' is one of granted, denied, never 'refused'",
    ],
    [
      'access-result',
      "'refused' != value",
      "6:12 'access-result' is one of granted, denied, never 'refused'",
    ],
    [
      'access-result',
      "value in ['denied', 'refused']",
      "6:32 'access-result' is one of granted, denied, never 'refused'",
    ],
    ['temperature', "last('humidity') == 101", "6:32 'humidity' is from 0 to 100, never 101"],
    ['temperature', "last('gas') == 'yes'", '6:27 \'gas\' is a boolean or a number, never "yes"'],
  ])('%s: %s', (property, when, expected) => {
    expect(problemsOf(`property: ${property}`, `when: "${when}"`)).toEqual([expected]);
  });

  it.each([
    ['access-result', "value == 'denied'"],
    ['[access-result, credential]', "value == 'refused'"],
    ['[motion, temperature]', 'value == 3'],
    ['temperature', "last('gas') == true || last('gas') == 20"],
  ])('but these it has: %s: %s', (property, when) => {
    expect(problemsOf(`property: ${property}`, `when: "${when}"`)).toEqual([]);
  });
});

describe('conditions that say nothing', () => {
  const never = '6:12 this can never be true';
  const always = '6:12 this is always true: the alarm would never be over';
  it.each([
    ['temperature', 'false', never],
    ['temperature', '2 < 1', never],
    ['temperature', 'value > 30 && value < 20', never],
    ['temperature', 'value > 30 && 30 > value', never],
    ['temperature', 'value > 30 && value <= 30', never],
    ['temperature', 'value >= 30 && value <= 30 && value != 30', never],
    ['temperature', 'value == 3 && value == 4', never],
    ['temperature', 'value in [1, 2] && value > 2', never],
    ['temperature', '!(value > 30 || value <= 30)', never],
    ['temperature', "(value > 30 || last('humidity') > 80) && value < 20 && last('humidity') < 70", never],
    ['humidity', 'value > 100', never],
    ['smoke', 'value && !value', never],
    ['smoke', 'value == true && value == false', never],
    ['smoke', 'value != true && value != false', never],
    ['[smoke, co]', "property == 'smoke' && property == 'co'", never],
    ['temperature', "rate('temperature', '1m') > 8 && rate('temperature','1m') < 2", never],
    ['temperature', 'true', always],
    ['temperature', '1 < 2', always],
    ['temperature', 'value > 30 || value < 40', always],
    ['temperature', 'value >= 30 || value < 30', always],
    ['humidity', 'value >= 0', always],
    ['smoke', 'value == true || value == false', always],
    ['smoke', 'value in [true, false]', always],
  ])('%s: %s', (property, when, expected) => {
    expect(problemsOf(`property: ${property}`, `when: "${when}"`)).toEqual([expected]);
  });

  it.each([
    ['temperature', 'value > 30 && value < 40'],
    ['temperature', 'value >= 30 && value <= 30'],
    ['temperature', 'value > 30 || value < 30'],
    ['temperature', 'value != 3 && value != 4'],
    ['temperature', "last('humidity') >= 0"],
    ['temperature', "last('smoke') || !last('smoke')"],
    ['[smoke, temperature]', 'value == true || value == false'],
    ['co', 'value == true || value == false'],
    ['co', 'value > 50 || value <= 50'],
    ['temperature', "last('humidity') > 80 && last('humidity') < 90"],
    ['temperature', "rate('temperature', '1m') > 8 && rate('temperature', '5m') < 2"],
    ['temperature', 'previous < 30 && value >= 30'],
  ])('but these do: %s: %s', (property, when) => {
    expect(problemsOf(`property: ${property}`, `when: "${when}"`)).toEqual([]);
  });

  it('may be written out where that means something', () => {
    expect(problemsOf('property: sos', 'when: "true"', 'event: true')).toEqual([]);
    expect(problemsOf('property: smoke', 'when: "true"', 'clear: value == false')).toHaveLength(2);
    expect(problemsOf('property: smoke', 'when: value', 'clear: "false"')).toEqual([]);
    expect(problemsOf('property: smoke', 'when: value', 'clear: value && !value')).toEqual([
      '7:12 this can never be true; write false if that is meant',
    ]);
  });

  it('nothing is looked through that has too many cases', () => {
    const many = Array.from({ length: 12 }, (_, index) => `(value > ${index} || value < -${index})`);
    expect(problemsOf('property: temperature', `when: ${many.join(' && ')} && value != 3`)).toEqual([]);
  });
});

describe('levels that no reading reaches', () => {
  const levels = (...whens: readonly string[]): string =>
    `levels: [ ${whens.map((when) => `{ when: "${when}", severity: major }`).join(', ')} ]`;
  const reach = (...whens: readonly string[]): readonly string[] =>
    problemsOf('property: temperature', 'when: value > 20', levels(...whens)).map((text) =>
      text.replace(/^7:\d+ /, ''),
    );
  const covered = 'never reached: whenever this is true, a level above it is';

  it.each([
    [['value >= 50', 'value >= 54']],
    [['value >= 54', 'value >= 50', 'value >= 60']],
    [['value >= 50', '60 <= value']],
    [['value >= 50', "value >= 54 && last('humidity') > 30"]],
    [['value > 50 || value < 30', 'value > 60']],
    [['value > 50', 'value < 40', 'value > 60 || value < 30']],
    [['value > 40', 'value <= 40', "last('smoke')"]],
    [['true', 'value > 50']],
    [["last('smoke') == true", "last('smoke') && value > 50"]],
    [["rate('temperature', '1m') > 5", "rate('temperature', '1m') > 8"]],
    [['value == 50', 'value in [50]']],
  ])('%j', (whens) => {
    expect(reach(...whens)).toEqual([covered]);
  });

  it.each([
    [['value >= 54', 'value >= 50']],
    [['value >= 50', "last('humidity') > 30"]],
    [["value >= 50 && last('humidity') > 30", 'value >= 54']],
    [["last('humidity') > 30", "last('humidity') <= 30", 'value > 50']],
    [["last('smoke')", "!last('smoke')", 'value > 50']],
    [['value > 50', 'value < 40', 'value >= 40 && value <= 50']],
    [["rate('temperature', '1m') > 5", "rate('temperature', '2m') > 8"]],
    [['value >= 54', 'true']],
  ])('but these are reached: %j', (whens) => {
    expect(reach(...whens)).toEqual([]);
  });

  it('because they are not true while the alarm goes on', () => {
    const idle = '7:24 never reached: this is not true while the alarm goes on';
    const rule = ['property: temperature', 'when: value > 30', levels('value < 20')];
    expect(problemsOf(...rule)).toEqual([idle]);
    expect(problemsOf(...rule, 'clear: value < 25')).toEqual([idle]);
    expect(problemsOf(...rule, 'clear: value < 15')).toEqual([]);
    expect(problemsOf(...rule, "clear: last('smoke') == false")).toEqual([]);
    expect(
      problemsOf('property: temperature', 'when: value > 54', levels('value > 50', 'value > 60')),
    ).toEqual([expect.stringContaining('a level above it is')]);
    expect(
      problemsOf('property: temperature', 'when: value > 54', levels('value > 50', "last('smoke') == true")),
    ).toEqual([expect.stringContaining('a level above it is')]);
  });

  it('by themselves', () => {
    expect(reach('value > 50 && value < 40')).toEqual(['this can never be true']);
    expect(
      problemsOf('property: temperature', 'when: value > 20', levels('value > 50', 'value > 51')),
    ).toEqual([expect.stringMatching(/^7:\d\d never reached/)]);
  });
});

describe('a clear that never comes', () => {
  const never = "7:12 never reached: whenever this is true, 'when' is true and the alarm goes on";
  it.each([
    ['value > 30', 'value > 35', [never]],
    ['value > 30', 'value == 40', [never]],
    ["value > 30 || last('smoke')", "value > 35 && last('smoke') == false", [never]],
    ['value > 30', 'value < 40', []],
    ['value > 30', 'value <= 25', []],
    ["value > 30 && last('humidity') > 3", 'value > 35', []],
  ])('when %s, clear %s', (when, clear, expected) => {
    expect(problemsOf('property: temperature', `when: ${when}`, `clear: ${clear}`)).toEqual(expected);
  });
});

describe('names of things that do not exist', () => {
  it.each([
    ["place.kind == 'flat'", /^6:26 no place is of kind 'flat': district, .*room/],
    ["place.kind in ['room', 'flat']", /^6:35 no place is of kind 'flat'/],
    ["property == 'humidity'", /^6:24 'humidity' does not wake this rule: temperature, co2$/],
    ["'humidity' != property", /^6:12 'humidity' does not wake this rule/],
    ["value > resident.limits['heart-rat'].high", /^6:36 unknown property 'heart-rat'/],
    ["'heart-rat' in resident.limits", /^6:12 unknown property 'heart-rat'/],
    ["at.getHours('Asia/Shangai') > 22", /^6:24 unknown time zone 'Asia\/Shangai'/],
  ])('%s', (when, expected) => {
    expect(problemsOf('property: [temperature, co2]', `when: "${when}"`)).toEqual([
      expect.stringMatching(expected),
    ]);
  });

  it.each([
    "place.kind == 'room' && 'g1' in place.path",
    "property in ['temperature', 'co2'] && value > 3",
    "'temperature' in resident.limits && value > resident.limits['temperature'].high",
    "at.getHours('Asia/Shanghai') >= 22 || at.getHours('+08:00') < 6 || at.getHours() == 3",
    "device.kind == 'treadmill' || 'anything' in values",
  ])('but these may: %s', (when) => {
    expect(problemsOf('property: [temperature, co2]', `when: "${when}"`)).toEqual([]);
  });
});
