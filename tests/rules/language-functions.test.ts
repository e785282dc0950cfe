import { describe, expect, it } from 'vitest';
import { type Condition, compileCondition } from '#rules/language/condition.ts';
import { Frame, type Past } from '#rules/language/frame.ts';

const hour = 3_600_000;

const compile = (text: string): Condition => {
  const condition = compileCondition(text, 'double');
  if (!('judge' in condition)) throw new Error(`${condition.offset}: ${condition.message}`);
  return condition;
};
const problemOf = (text: string): string => {
  const condition = compileCondition(text, 'double');
  return 'judge' in condition ? 'none' : `${condition.offset} ${condition.message}`;
};
/** A frame whose past answers every question with these. */
const frame = (answers: Partial<Past>): Frame => {
  const made = new Frame();
  made.past = { ...made.past, ...answers };
  made.atMs = 1_000_000;
  return made;
};

describe('what a function needs', () => {
  it.each<[string, object]>([
    ...(['avg', 'min', 'max', 'sum', 'delta', 'rate'] as const).map((fn): [string, object] => [
      `${fn}('temperature', '10m') > 3`,
      {
        kind: 'window',
        fn,
        property: 'temperature',
        lengthMs: 600_000,
        slot: -1,
        text: `${fn}('temperature', '10m')`,
      },
    ]),
    [
      "count('door-open','1s') > 3",
      {
        kind: 'window',
        fn: 'count',
        property: 'door-open',
        lengthMs: 1_000,
        slot: -1,
        text: "count('door-open','1s')",
      },
    ],
    [
      "countWhere('access-result', 'denied', '24h') >= 3",
      {
        kind: 'count-where',
        property: 'access-result',
        value: 'denied',
        lengthMs: 24 * hour,
        slot: -1,
        text: "countWhere('access-result', 'denied', '24h')",
      },
    ],
    [
      "countWhere('temperature', -5, '5m') > 0",
      {
        kind: 'count-where',
        property: 'temperature',
        value: -5,
        lengthMs: 300_000,
        slot: -1,
        text: "countWhere('temperature', -5, '5m')",
      },
    ],
    [
      "countWhere('gas', true, '5m') + countWhere('gas', 20, '5m') > 0",
      {
        kind: 'count-where',
        property: 'gas',
        value: true,
        lengthMs: 300_000,
        slot: -1,
        text: "countWhere('gas', true, '5m')",
      },
    ],
    [
      "others('smoke', true, 'building', '2m') >= 1",
      {
        kind: 'others',
        property: 'smoke',
        value: true,
        scope: 'building',
        lengthMs: 120_000,
        slot: -1,
        text: "others('smoke', true, 'building', '2m')",
      },
    ],
    [
      "value > baseline('temperature').mean",
      { kind: 'baseline', property: 'temperature', text: "baseline('temperature')" },
    ],
  ])('%s', (text, need) => {
    expect(compile(text).needs[0]).toEqual(need);
  });

  it('is listed once for each call, and its own properties are looked up', () => {
    const condition = compile(
      "rate('temperature', '1m') > 8 && (count('humidity', '1h') > 2 || others('smoke', true, 'room', '1m') > 0)" +
        " && baseline('noise').n > 3 && last('co2') > 1 && rate('temperature', '1m') < 100",
    );
    expect(condition.needs.map(({ kind }) => kind)).toEqual([
      'window',
      'window',
      'others',
      'baseline',
      'window',
    ]);
    expect([...condition.references].sort()).toEqual(['co2', 'humidity', 'noise', 'temperature']);
  });

  it('is nothing for a condition on the reading alone', () => {
    expect(compile('value > 3').needs).toEqual([]);
  });
});

describe('what a function is', () => {
  const asked = frame({ ask: (need) => (need.kind === 'window' ? 8 : 2) });
  it.each([
    ["rate('temperature', '1m') >= 8.0", true],
    ["rate('temperature', '1m') >= 8", true],
    ["rate('temperature', '1m') > 8", false],
    ["avg('temperature', '1m') + 2 == 10.0", true],
    ["count('temperature', '1m') == 8", true],
    ["count('temperature', '1m') - 0.5 > 7", true],
    ["others('smoke', true, 'grid', '1m') in [1, 2]", true],
    ["countWhere('smoke', true, '1m') * 2 == 4", true],
    ["countWhere('smoke', true, '1m') == size(device.tags) + 2", true],
    ["-delta('temperature', '1m') < 0 ? true : false", true],
  ])('%s is %s', (text, expected) => {
    expect(compile(text).judge(asked)).toBe(expected);
  });

  it('is asked with the same need and the time of the reading each time', () => {
    const seen: [unknown, number][] = [];
    const asking = frame({
      ask(need, at) {
        seen.push([need, at]);
        return 1;
      },
    });
    const condition = compile("rate('temperature', '1m') > 8");
    condition.judge(asking);
    condition.judge(asking);
    expect(seen).toEqual([
      [condition.needs[0], 1_000_000],
      [condition.needs[0], 1_000_000],
    ]);
    expect(seen[0]?.[0]).toBe(seen[1]?.[0]);
    expect(seen[0]?.[0]).toBe(condition.needs[0]);
  });

  it.each([
    ["rate('temperature', '1m') >= 8", "rate('temperature', '1m')"],
    ["others('smoke',true,'room','1m') > 0", "others('smoke',true,'room','1m')"],
    ["baseline('temperature').mean > 1", "baseline('temperature').mean"],
    ["baseline('temperature').sd > 1", "baseline('temperature').sd"],
  ])('%s is unknown without data, and says what it lacks', (text, what) => {
    const condition = compile(text);
    expect(condition.judge(frame({}))).toBeUndefined();
    expect(condition.whyUnknown()).toBe(what);
  });

  it.each([
    ["baseline('temperature').n >= 3 && value > baseline('temperature').mean", true],
    ["value > baseline('temperature').mean + 2 * baseline('temperature').sd", false],
    ["baseline('temperature').n == 5", true],
    ["baseline('temperature').n < 10 || baseline('temperature').sd > 1", true],
  ])('%s is %s', (text, expected) => {
    const known = frame({ usual: () => ({ n: 5, mean: 20, sd: 1.5 }) });
    known.value = 22;
    expect(compile(text).judge(known)).toBe(expected);
  });

  it('baselines of different properties are told apart', () => {
    const known = frame({
      usual: ({ property }) => ({ n: 1, mean: property === 'temperature' ? 20 : 50, sd: undefined }),
    });
    expect(compile("baseline('temperature').mean + baseline('humidity').n == 21").judge(known)).toBe(true);
    expect(compile("baseline('humidity').mean == 50").judge(known)).toBe(true);
    expect(compile("baseline('humidity').n > 0 && baseline('humidity').sd > 0").judge(known)).toBeUndefined();
  });
});

describe('what is refused, and where', () => {
  it.each([
    ["rate('temprature', '1m') > 8", "5 unknown property 'temprature'"],
    ['rate(property, "1m") > 8', '5 name the property as a string'],
    ["rate('smoke', '1m') > 8", "5 rate() is for numbers; 'smoke' is a boolean: use count or countWhere"],
    [
      "avg('credential', '1m') > 8",
      "4 avg() is for numbers; 'credential' is a text: use count or countWhere",
    ],
    ["avg('temperature', '25h') > 8", '19 a window is at most 24h: the engine keeps no more'],
    ["avg('temperature', '2d') > 8", '19 a window is at most 24h: the engine keeps no more'],
    ["avg('temperature', '500ms') > 8", '19 a window is at least 1s'],
    ["avg('temperature', '0s') > 8", '19 a window is at least 1s'],
    [
      "avg('temperature', '5 min') > 8",
      "19 '5 min' is no window: write a number and s, m or h, such as '90s' or '10m'",
    ],
    [
      "avg('temperature', '99999999999999999999999h') > 8",
      "19 '99999999999999999999999h' is no window: write a number and s, m or h, such as '90s' or '10m'",
    ],
    ["avg('temperature', 60) > 8", "19 write the window as a string such as '10m'"],
    ["avg('temperature', duration('1m')) > 8", "19 write the window as a string such as '10m'"],
    ["avg('temperature') > 8", "0 avg() is called as in avg('temperature', '10m')"],
    ["1 < 2 && count('smoke') > 8", "9 count() is called as in count('door-open', '10m')"],
    [
      "countWhere('smoke', '1m') > 8",
      "0 countWhere() is called as in countWhere('access-result', 'denied', '5m')",
    ],
    ["last('humidity', '1m') > 8", "0 last() is called as in last('humidity')"],
    ["countWhere('smoke', 1, '1m') > 8", "20 'smoke' is a boolean, never 1"],
    ["countWhere('smoke', 'yes', '1m') > 8", '20 \'smoke\' is a boolean, never "yes"'],
    ["countWhere('gas', 'yes', '1m') > 8", '18 \'gas\' is a boolean or a number, never "yes"'],
    ["countWhere('smoke', value, '1m') > 8", "20 write out the value that 'smoke' is to have"],
    ["countWhere('smoke', null, '1m') > 8", "20 write out the value that 'smoke' is to have"],
    [
      "countWhere('access-result', 'refused', '1m') > 8",
      "28 'access-result' is one of granted, denied, never 'refused'",
    ],
    ["countWhere('humidity', 101, '1m') > 8", "23 'humidity' is from 0 to 100, never 101"],
    [
      "others('smoke', true, 'planet', '1m') > 0",
      '22 the scope must be one of room, unit, building, grid, community',
    ],
    ["others('smoke', true, '1m') > 0", "0 others() is called as in others('smoke', true, 'building', '2m')"],
    ["others('smoke', true, 'room', '3d') > 0", '30 a window is at most 24h: the engine keeps no more'],
    ["baseline('temprature').mean > 0", "9 unknown property 'temprature'"],
    ["baseline('temperature').avg > 0", '24 No such key: avg'],
    [
      "rate('temperature', '1m') == true",
      '0 no such overload: double == bool: a number and true or false do not go together',
    ],
  ])('%s', (text, expected) => {
    expect(problemOf(text)).toBe(expected);
  });
});
