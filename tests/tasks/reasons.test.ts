import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Reason } from '#model/reason.ts';

const codes = Reason.anyOf.map(({ properties }) => String(properties.code.const));

it('docs/tasks.md names every code of a reason, with what it has', () => {
  const text = readFileSync('docs/tasks.md', 'utf8');
  const section = text.slice(text.indexOf('## Reasons'), text.indexOf('## Life cycle'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
  );
  expect(new Set(named)).toEqual(new Set(codes));
  for (const { properties } of Reason.anyOf) {
    const row = rows.find((each) => each.includes(`\`${String(properties.code.const)}\``)) ?? '';
    for (const field of Object.keys(properties).filter((name) => name !== 'code'))
      expect(row).toContain(field);
  }
});
