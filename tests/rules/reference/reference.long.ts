import { describe, it } from 'vitest';
import { assertLaw } from '#tests/rules/reference/assert-law.ts';
import {
  crashesChangeNothing,
  disorderMissesNoNeighbour,
  disorderMissesNothing,
  isExact,
  repeatsChangeNothing,
  sharingChangesNothing,
  slowSnapshotsAreWhole,
  slowSnapshotsOfNeighboursAreWhole,
} from '#tests/rules/reference/laws.ts';

/** Other cases than those of `npm test`. */
const trial = { seed: 5, runs: 20_000 };

describe('the rules engine, tried on many random rules and streams,', () => {
  it('says of an orderly stream what the reference says', () => assertLaw(isExact, trial));
  it('is not moved by what is said twice', () => assertLaw(repeatsChangeNothing, trial));
  it('misses nothing in disorder, and takes back what never was', () =>
    assertLaw(disorderMissesNothing, trial));
  it('counts in disorder as many neighbours as said so', () => assertLaw(disorderMissesNoNeighbour, trial));
  it('says of rules that share what they take in what it says of each alone', () =>
    assertLaw(sharingChangesNothing, trial));
  it('says the same to the letter with and without crashes', () => assertLaw(crashesChangeNothing, trial));
  it('writes the same snapshots however slowly they are read', () => assertLaw(slowSnapshotsAreWhole, trial));
  it('writes the same of devices that count each other', () =>
    assertLaw(slowSnapshotsOfNeighboursAreWhole, trial));
});
