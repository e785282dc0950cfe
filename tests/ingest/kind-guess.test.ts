import { describe, expect, it } from 'vitest';
import { kindOfShelly } from '#ingest/dialects/shelly-models.ts';
import { guessKind, unknownKind } from '#ingest/kind-guess.ts';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';
import { fc } from '#tests/support/properties.ts';

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
    ['lock', ['locked', 'battery']],
    ['door', ['locked', 'door-open']],
    ['light', ['appliance-on', 'brightness', 'color-temp']],
    ['light', ['appliance-on', 'brightness', 'active-power']],
    ['plug', ['appliance-on', 'active-power', 'energy', 'voltage']],
    ['switch', ['appliance-on', 'link-quality']],
    ['environment', ['appliance-on', 'temperature']],
    ['siren', ['siren-on', 'appliance-on']],
    [unknownKind, ['battery', 'link-quality']],
    [unknownKind, []],
  ] as const)('is a %s', (kind, properties) => {
    expect(guess(...properties)).toBe(kind);
  });

  it.each([
    ['shellyplugsg3-8cbfea9c7d3c', 'plug'],
    ['shellyplug-s-6A6374', 'plug'],
    ['shellyplusplugs-fcb4670cf7c0', 'plug'],
    ['shellydimmer2-98CDAC0D01BB', 'light'],
    ['shellyplus0110dimmer-f008d1d8b8b8', 'light'],
    ['shellyrgbw2-1FC1A9', 'light'],
    ['shellyplussmoke-80646fcc5ba4', 'smoke-detector'],
    ['shelly1pmg3-84fce63a4c1c', undefined],
    ['shelly3em-244CAB41AEA8', undefined],
  ])('is told by the name that a Shelly has from the factory: %s', (name, kind) => {
    expect(kindOfShelly(name)).toBe(kind);
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
