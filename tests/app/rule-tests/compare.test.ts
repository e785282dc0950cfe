import { describe, expect, it } from 'vitest';
import { compare } from '#app/rule-tests/compare.ts';
import type { Fields } from '#app/rule-tests/fields.ts';
import { fc } from '#tests/support/properties.ts';

const smoke = (key: string, state = 'active'): Fields => ({
  rule: 'smoke',
  key,
  state,
  severity: 'critical',
});

describe('what is expected and what is seen', () => {
  it('is the same in any order and with as few fields as are named', () => {
    const seen = [smoke('a'), smoke('b', 'cleared')];
    expect(compare([{ key: 'b' }, { key: 'a' }], seen)).toEqual([]);
    expect(compare([{ rule: 'smoke' }, { state: 'active' }], seen)).toEqual([]);
    expect(compare([{ state: 'active' }, { rule: 'smoke' }], seen)).toEqual([]);
    expect(compare([], [])).toEqual([]);
  });

  it('is not the same when one too few or one too many is named', () => {
    expect(compare([{ rule: 'smoke' }], [smoke('a'), smoke('b')])).toEqual([
      { kind: 'unexpected', seen: smoke('b') },
    ]);
    expect(compare([{ rule: 'smoke' }, { rule: 'smoke' }], [smoke('a')])).toEqual([
      { kind: 'missing', expected: { rule: 'smoke' } },
    ]);
  });

  it('is shown side by side for the alarm that was meant', () => {
    const expected = { rule: 'smoke', key: 'a', state: 'cleared', severity: 'critical' };
    expect(compare([expected], [smoke('b'), smoke('a')])).toEqual([
      {
        kind: 'differs',
        expected,
        seen: smoke('a'),
        fields: [{ field: 'state', expected: 'cleared', seen: 'active' }],
      },
      { kind: 'unexpected', seen: smoke('b') },
    ]);
  });

  it('is another alarm when its rule or its key is another', () => {
    const kinds = (expected: Fields): readonly string[] =>
      compare([expected], [smoke('a')]).map(({ kind }) => kind);
    expect(kinds({ rule: 'gas', key: 'a' })).toEqual(['missing', 'unexpected']);
    expect(kinds({ rule: 'smoke', key: 'b' })).toEqual(['missing', 'unexpected']);
  });

  it('compares titles in either language', () => {
    const seen = { title: 'Smoke at 3', titleZh: '3 烟感报警', assignee: 'w-zhou' };
    expect(compare([{ title: '3 烟感报警' }], [seen])).toEqual([]);
    expect(compare([{ title: 'Smoke at 3' }], [seen])).toEqual([]);
    expect(compare([{ title: 'Smoke', assignee: 'w-zhou' }], [seen])).toMatchObject([
      { kind: 'differs', fields: [{ field: 'title', expected: 'Smoke', seen: '3 烟感报警 / Smoke at 3' }] },
    ]);
  });

  it('finds that what is seen, with fewer fields and in another order, is as expected', () => {
    const fields = fc.record({
      rule: fc.constantFrom('a', 'b'),
      key: fc.constantFrom('x', 'y'),
      state: fc.boolean(),
    });
    const named = fc.subarray(['rule', 'key', 'state'] as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(fields, named, fc.nat())), (drawn) => {
        const seen = drawn.map(([one]) => one);
        const expected = drawn
          .toSorted(([, , a], [, , b]) => a - b)
          .map(([one, names]): Fields => Object.fromEntries(names.map((name) => [name, one[name]])));
        expect(compare(expected, seen)).toEqual([]);
      }),
    );
  });
});
