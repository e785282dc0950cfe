import { describe, expect, it } from 'vitest';
import { compilePath } from '#ingest/mapping/json-path.ts';
import { mostSteps, Steps } from '#ingest/mapping/steps.ts';

function find(text: string, message: unknown, entry?: unknown): unknown[] {
  const { fault, path } = { path: undefined, fault: undefined, ...compilePath(text) };
  if (path === undefined) throw new Error(fault);
  const roots = { message, entry };
  const all = path.all(roots, new Steps(mostSteps)).map(({ value }) => value);
  expect(path.first(roots, new Steps(mostSteps))).toEqual(all[0]);
  return all;
}
const faultOf = (text: string): string | undefined => compilePath(text).fault;

const store = {
  a: { 'b c': [10, 20, 30], __proto__x: 1 },
  list: [
    { n: 'Temp', v: 21.5, ok: true },
    { n: 'CO', v: 9 },
    { n: 'CO', v: 12, ok: false },
  ],
  limit: 10,
};

describe('a path', () => {
  it.each([
    ['$', [store]],
    ["$.a['b c'][1]", [20]],
    ['$.a["b c"][-1]', [30]],
    ['$.a.nothing', []],
    ['$.a["b c"][7]', []],
    ['$.list[*].v', [21.5, 9, 12]],
    ["$.list[?@.n=='CO'].v", [9, 12]],
    ["$.list[?@.n=='CO' && @.v>$.limit].v", [12]],
    ["$.list[?@.n=='Temp' || !(@.v<10)].v", [21.5, 12]],
    ['$.list[?@.ok].v', [21.5, 12]],
    ['$.list[?!@.ok].v', [9]],
    ['$.list[?@.ok==false].v', [12]],
    ['$.list[?@.v>=12].v', [21.5, 12]],
    ['$.list[0, 2].v', [21.5, 12]],
    ['$.a.toString', []],
    ['$.a.__proto__', []],
    ['$.limit.constructor', []],
  ])('%s', (text, wanted) => {
    expect(find(text, store)).toEqual(wanted);
  });

  it('of an entry begins there', () => {
    expect(find('@.v', store, { v: 1 })).toEqual([1]);
    expect(find('@', store, 7)).toEqual([7]);
  });

  it('tells which names its wildcards stood for', () => {
    const { path } = compilePath('$.*[?@.v>10]') as Extract<ReturnType<typeof compilePath>, { path: object }>;
    expect(
      path.all({ message: store, entry: undefined }, new Steps(mostSteps)).map(({ keys }) => keys),
    ).toEqual([
      ['list', '0'],
      ['list', '2'],
    ]);
  });

  it.each([
    ['a.b', 'begins with'],
    ['', 'begins with'],
    ['$.', 'breaks at character'],
    ['$.a[', 'breaks at character'],
    ['$..v', 'each level'],
    ['$.list[?length(@.n)>2]', 'functions'],
    ['$.list[?match(@.n, "(a+)+$")]', 'functions'],
    ['$.list[?search(@.n,"x")]', 'functions'],
    ['$.list[0:2]', 'slices'],
    ['$.list[?@.a[*]]', 'one value'],
    ['$.list[?@.a[?@.b]]', 'one value'],
    ['$.list[?$.a[?@.b]]', 'one value'],
    [`$${'[?@.a'.repeat(30)}`, 'brackets'],
    [`$.a[?${'('.repeat(30)}@.b${')'.repeat(30)}]`, 'brackets'],
  ])('%s is not taken', (text, why) => {
    expect(faultOf(text)).toContain(why);
  });

  it('takes what looks like a function within a name', () => {
    expect(find(`$['f(x)..']`, { 'f(x)..': 1 })).toEqual([1]);
  });

  it('ends when its work is done, however much there is', () => {
    const wide = Array.from({ length: 1_000 }, () => Array.from({ length: 1_000 }, () => 0));
    const { path } = compilePath('$[*][*]') as Extract<ReturnType<typeof compilePath>, { path: object }>;
    const steps = new Steps(5_000);
    expect(path.all({ message: wide, entry: undefined }, steps).length).toBeLessThan(5_000);
    expect(steps.isSpent).toBe(true);
  });
});
