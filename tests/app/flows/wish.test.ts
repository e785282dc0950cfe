import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readWish, writeWish } from '#app/flows/wish.ts';
import { temporaryDirectory } from '#tests/support/temporary-directory.ts';

it('what is wanted of flows outlives a restart; where nobody said anything they run', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'wish.json');
  expect(readWish(path)).toBe('run');
  for (const wish of ['stop', 'safe', 'run'] as const) {
    writeWish(path, wish);
    expect(readWish(path)).toBe(wish);
  }
  writeFileSync(path, '{"wish":"dance"}');
  expect(readWish(path)).toBe('run');
});
