import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RuleSource } from '#model/rule.ts';
import { loadLibrary } from '#rules/library/load.ts';

/** By rule: `| \`id\` name | when | severity, to | source |`. */
const rows = new Map(
  readFileSync('docs/rule-library.md', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [head = '', when = '', whom = '', source = ''] = line.slice(2, -2).split(' | ');
      const [, id, name = ''] = /^`([a-z0-9-]+)`(.*)$/.exec(head) ?? [];
      return id === undefined ? [] : [[id, { name: name.trim(), when, whom, source }] as const];
    }),
);

/** `minor, major, care-staff`: how severe it may get, and to whom it goes. */
const orderOf = ({ levels = [], severity, task }: RuleSource): string =>
  [...new Set([severity, ...levels.map((level) => level.severity)]), task?.to ?? 'nobody'].join(', ');

const library = loadLibrary().map(({ id, source }) => [id, source as unknown as RuleSource] as const);

describe('docs/rule-library.md', () => {
  it.each(library)('says what %s is, when it speaks, how severely and to whom', (id, source) => {
    const row = rows.get(id);
    expect(row, `a row of its own: | \`${id}\` …`).toBeDefined();
    const zh = typeof source.name === 'object' ? source.name.zh : (source.name ?? '');
    expect(row).toMatchObject({ name: zh, whom: orderOf(source) });
    expect([row?.when, row?.source]).not.toContain('');
  });

  it('names no rule that there is not', () => {
    const known = new Set(library.map(([id]) => id as string));
    expect([...rows.keys()].filter((id) => !known.has(id))).toEqual([]);
  });
});
