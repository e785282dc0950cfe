import { expect, it } from 'vitest';
import { withFlows } from '#app/flows/flows-health.ts';
import { noFlows } from '#app/flows/flows-off.ts';
import { epochMs } from '#model/brand.ts';

it('tells everybody that flows crash, and nothing of what they said: that is for admins', () => {
  const standing = {
    ...noFlows({ access: 'confined', isEnabled: true, memoryBytes: 2 ** 29 }, epochMs(0)),
    state: 'backing-off' as const,
    crashesInARow: 3,
    lastEnd: {
      at: epochMs(0),
      reason: 'crashed' as const,
      detail: 'ended with code 1: Grandma Li, 138 0000 0000',
    },
  };
  const { checks, ready } = withFlows({ ready: true, checks: {} }, standing);
  expect(ready).toBe(true);
  expect(checks).toEqual({
    flows: { ok: false, detail: 'crashed 3 times in a row; the last time: crashed' },
  });
});

it('says that flows wait for room, and how that is mended', () => {
  const standing = {
    ...noFlows({ access: 'confined', isEnabled: true, memoryBytes: 2 ** 29 }, epochMs(0)),
    state: 'backing-off' as const,
    lastEnd: { at: epochMs(0), reason: 'disk' as const, detail: '' },
  };
  const { checks, ready } = withFlows({ ready: true, checks: {} }, standing);
  expect(ready).toBe(true);
  expect(checks['flows']).toMatchObject({ ok: false, detail: expect.stringContaining('free some') });
});
