import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { figureWords } from '#tasks/indicators/figure-words.ts';

const page = readFileSync(new URL('../../../docs/figures.md', import.meta.url), 'utf8');

it('docs/figures.md says of every figure what it is called and what it counts', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (const [id, { means, name }] of Object.entries(figureWords)) {
    const called = name.zh.replace('平均', '');
    const row = rows.find((line) => {
      const [, first = ''] = line.split('|');
      return first.split(/[ ,]+/).includes(id) && first.includes(called);
    });
    expect(row, `${id} ${called}`).toBeDefined();
    // Never the same words for two figures.
    expect(Object.values(figureWords).filter((each) => each.means.zh === means.zh)).toHaveLength(1);
  }
});
