import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { deepestNesting, isNestedTooDeep } from '#model/json-nesting.ts';
import { readYaml } from '#model/yaml.ts';
import { fc } from '#tests/support/properties.ts';

const faultsOf = (text: string) => readYaml(text).faults.map(({ message }) => message);

describe('YAML from outside', () => {
  it('reads what the library reads, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = stringify(value);
        const yaml = readYaml(text);
        expect(yaml.faults).toEqual([]);
        expect(yaml.plain()).toEqual(parse(text));
      }),
    );
  });

  it.each([
    ['flow lists', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['flow maps', (n: number) => '{a: '.repeat(n) + '}'.repeat(n)],
    ['lists in lists', (n: number) => `${'- '.repeat(n)}x`],
  ])('with %s nested ever deeper is refused', (_, nested) => {
    expect(faultsOf(nested(deepestNesting))).toEqual([]);
    for (const depth of [deepestNesting + 1, 8_000, 30_000])
      expect(faultsOf(nested(depth))[0], String(depth)).toMatch(/nests deeper than 64/);
  });

  it('says where it nests too deep', () => {
    const [fault] = readYaml(`a: 1\nb: ${'['.repeat(64)}${']'.repeat(64)}\n`).faults;
    expect(fault).toMatchObject({ offset: 8 + 63, isLocal: true });
  });

  it('has no map for a key: each would be written out for the next around it', () => {
    expect(faultsOf(`${'? '.repeat(50)}x`)).toContain('a key must be a word');
  });

  it('names keys that are there twice, also as a number and as a text', () => {
    expect(readYaml('a: 1\nb: { c: 1, c: 2 }\na: 3\n').faults).toMatchObject([
      { offset: 16, message: 'Map keys must be unique' },
      { offset: 23, message: 'Map keys must be unique' },
    ]);
    expect(faultsOf('1: x\n"1": y\n')).toHaveLength(1);
  });

  it('with very many keys, faults or brackets is read in a time that grows with its length', () => {
    const keys = (count: number): string => Array.from({ length: count }, (_, n) => `k${n}: 1\n`).join('');
    // The library alone compares 1,800,000,000 pairs of keys here: a minute.
    expect(faultsOf(keys(60_000))).toEqual([]);
    expect(faultsOf('!a '.repeat(30_000)).length).toBeLessThanOrEqual(100);
    expect(faultsOf(`${keys(1_000)}${keys(1_000)}`)).toHaveLength(100);
  }, 20_000);

  it('takes aliases as long as they say no more than the text could without them', () => {
    const plain = (text: string): unknown => readYaml(text).plain();
    expect(plain('a: &a [1]\nb: *a\n')).toEqual({ a: [1], b: [1] });
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let letter = 98; letter < 107; letter++) {
      const [name, before] = [letter, letter - 1].map((code) => String.fromCharCode(code));
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join()}]`);
    }
    expect(() => plain(bomb.join('\n'))).toThrow(/alias/i);
    const wide = `a: &a [${'1,'.repeat(10_000)}1]\n${Array.from({ length: 90 }, (_, n) => `b${n}: *a\n`).join('')}`;
    expect(() => plain(wide)).toThrow(/aliases unfold/);
    const chain = ['a0: &a0 [x]'];
    for (let n = 1; n < 90; n++) chain.push(`a${n}: &a${n} [*a${n - 1}]`);
    expect(() => plain(chain.join('\n'))).toThrow(/nests deeper|alias/);
    expect(() => plain('a: *b')).toThrow(/b/);
  });

  it('counts what is unfolded in all its parts together', () => {
    const yaml = readYaml(`- &a [${'1,'.repeat(5_000)}1]\n- [*a]\n- [*a]\n- [*a]\n`);
    const items = (yaml.document.contents as unknown as { items: never[] }).items;
    expect(() => items.map((item) => yaml.plain(item))).toThrow(/aliases unfold/);
  });
});

describe('the nesting of a JSON text', () => {
  it('is found without parsing it, whatever its texts hold', () => {
    const deep = (n: number): string => '['.repeat(n) + ']'.repeat(n);
    expect(isNestedTooDeep(deep(deepestNesting))).toBe(false);
    expect(isNestedTooDeep(deep(deepestNesting + 1))).toBe(true);
    expect(isNestedTooDeep('{"a":'.repeat(65))).toBe(true);
    expect(isNestedTooDeep(JSON.stringify([`"\\${'['.repeat(100)}`, 'x\\']))).toBe(false);
    expect(isNestedTooDeep(`["\\"${'['.repeat(100)}`)).toBe(false);
    expect(isNestedTooDeep(`[${'[],'.repeat(100)}[]]`)).toBe(false);
  });
});
