import { expect, it } from 'vitest';

it('ends', () => {
  expect(1).toBe(1);
});
