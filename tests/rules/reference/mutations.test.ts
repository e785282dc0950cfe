import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutations } from '#tests/rules/reference/mutations.ts';

// The long run puts each fault into a copy of the engine; a text that moved on would be noticed only there.
describe('the faults that the laws are tried on', () => {
  it.each(mutations)('stand in the engine as it is: $fault', ({ file, from }) => {
    expect(readFileSync(`rules/engine/${file}`, 'utf8').split(from)).toHaveLength(2);
  });
});
