import { describe, expect, it } from 'vitest';
import { maySeeProperty } from '#api/authorization/sensitivity.ts';
import type { ResidentId } from '#model/brand.ts';

describe('who sees what nobody defined in the catalogue', () => {
  const own = 'stress-level';

  it('is whoever may see health, where it is of somebody, was of somebody, or may be', () => {
    const watch = { kind: 'wearable' } as const;
    for (const device of [
      { ...watch, resident: 'r-1' as ResidentId },
      watch,
      undefined,
      { kind: 'bed-sensor' as const },
    ]) {
      expect(maySeeProperty('care-staff', own, device)).toBe(true);
      for (const role of ['grid-worker', 'property-manager', 'auditor'] as const)
        expect(maySeeProperty(role, own, device), `${role} ${JSON.stringify(device)}`).toBe(false);
    }
  });

  it('is everybody, where it is of equipment', () => {
    expect(maySeeProperty('grid-worker', own, { kind: 'environment' })).toBe(true);
  });
});
