import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessKind, unknownKind } from '#ingest/kind-guess.ts';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';

const guess = (...properties: string[]) => guessKind(new Set(properties)).kind;
const isLifeSafety = (kind: string): boolean => deviceKindCatalogue.get(kind)?.lifeSafety === true;
const said = fc.uniqueArray(fc.constantFrom(...propertyCatalogue.keys()), { maxLength: 12 });

describe('what a device is by what it says', () => {
  it.each([
    ['smoke-detector', ['smoke', 'temperature', 'battery', 'tamper']],
    ['gas-detector', ['gas', 'gas-concentration']],
    ['co-detector', ['co', 'battery']],
    ['sos-button', ['sos', 'battery']],
    ['wearable', ['sos', 'heart-rate', 'steps']],
    ['fall-radar', ['fall', 'occupancy']],
    ['bed-sensor', ['bed-occupied', 'heart-rate', 'respiration-rate']],
    ['wearable', ['body-temperature', 'spo2']],
    ['water-leak', ['water-leak', 'battery']],
    ['water-meter', ['water-flow', 'water-leak']],
    ['door', ['door-open', 'illuminance', 'temperature']],
    ['motion', ['occupancy', 'illuminance', 'temperature']],
    ['environment', ['temperature', 'humidity', 'battery']],
    ['access-reader', ['access-result', 'door-open']],
    ['camera', ['object-class', 'motion']],
    [unknownKind, ['battery', 'link-quality']],
    [unknownKind, []],
  ] as const)('is a %s', (kind, properties) => {
    expect(guess(...properties)).toBe(kind);
  });

  it('is a kind of the catalogue, for properties that it said', () => {
    fc.assert(
      fc.property(said, (properties) => {
        const { because, kind } = guessKind(new Set(properties));
        expect(kind === unknownKind || deviceKindCatalogue.has(kind)).toBe(true);
        expect(because.every((each) => properties.includes(each))).toBe(true);
        expect(because.length > 0).toBe(kind !== unknownKind);
      }),
    );
  });

  it('stays a matter of life, but for a call that turns out to come from what somebody wears', () => {
    fc.assert(
      fc.property(said, said, (before, more) => {
        const first = guess(...before);
        const later = guess(...before, ...more);
        if (isLifeSafety(first)) expect(isLifeSafety(later) || later === 'wearable').toBe(true);
        if (first !== unknownKind) expect(later).not.toBe(unknownKind);
      }),
    );
  });
});
