import { describe, expect, it } from 'vitest';
import { shownShare, smallest, withoutSmall } from '#tasks/indicators/suppression.ts';
import { fc } from '#tests/support/properties.ts';

const columns = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 9 });

describe('what everybody may read', () => {
  it('shows no small count, and none that follows from the total and the others', () => {
    fc.assert(
      fc.property(columns, (counts) => {
        const { counts: shown, total } = withoutSmall(counts);
        const seen = shown.filter((count) => count !== null);
        for (const count of seen) expect(count).toBeGreaterThanOrEqual(smallest);
        if (total === null) return;
        expect(total).toBeGreaterThanOrEqual(smallest);
        // What is hidden is several counts together, and together not small.
        const rest = total - seen.reduce((sum, each) => sum + each, 0);
        const hidden = shown.length - seen.length;
        expect(hidden === 0 || (hidden > 1 && rest >= smallest) || seen.length === 0).toBe(true);
      }),
    );
  });

  it('says what it can of a share without telling a small rest', () => {
    expect(shownShare(911, 972)).toEqual({ percent: 93.72 });
    expect(shownShare(38, 40)).toEqual({ atLeast: 90 });
    expect(shownShare(40, 40)).toEqual({ atLeast: 90 });
    expect(shownShare(2, 40)).toEqual({ atMost: 10 });
    expect(shownShare(5, 9)).toBeNull();
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (part, rest) => {
        const said = shownShare(part, part + rest);
        if (said !== null && 'percent' in said)
          expect([part >= smallest, rest >= smallest]).toEqual([true, true]);
        if (said !== null && 'atLeast' in said)
          expect(said.atLeast).toBeLessThanOrEqual((part / (part + rest)) * 100 + 0.01);
      }),
    );
  });
});
