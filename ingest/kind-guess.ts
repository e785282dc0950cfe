import { deviceKindCatalogue } from '#model/catalogue.ts';

/** Of what kind a device seems to be, and by which of its properties. */
export interface KindGuess {
  /** `unknown`: nothing that it says tells. */
  readonly kind: string;
  readonly because: readonly string[];
}

export const unknownKind = 'unknown';

/** Any of `any` tells that it is of that kind; where there is `with`, any of those has to be said, too. */
interface Sign {
  readonly kind: string;
  readonly any: readonly string[];
  readonly with?: readonly string[];
}

const worn = [
  'heart-rate',
  'pulse-rate',
  'spo2',
  'steps',
  'worn',
  'blood-pressure-systolic',
  'latitude',
  'longitude',
];
const vitals = [
  'heart-rate',
  'pulse-rate',
  'spo2',
  'respiration-rate',
  'body-temperature',
  'blood-pressure-systolic',
  'blood-pressure-diastolic',
  'blood-glucose',
];

/**
 * In this order: what may be a matter of life before all else, so that a thing that says several is taken for the one that must not be
 * missed; then what few kinds say before what many say.
 */
const signs: readonly Sign[] = [
  { kind: 'smoke-detector', any: ['smoke', 'smoke-density', 'flame', 'manual-alarm'] },
  { kind: 'gas-detector', any: ['gas', 'gas-concentration'] },
  { kind: 'co-detector', any: ['co', 'co-alarm'] },
  { kind: 'heat-detector', any: ['heat'] },
  { kind: 'wearable', any: ['sos', 'fall', 'fall-confirmed'], with: worn },
  { kind: 'fall-radar', any: ['fall', 'fall-confirmed'] },
  { kind: 'sos-button', any: ['sos'] },
  { kind: 'bed-sensor', any: ['bed-occupied'] },
  { kind: 'wearable', any: [...vitals, 'steps', 'worn'] },
  { kind: 'lift', any: ['people-trapped', 'lift-fault', 'lift-moving', 'floor', 'overload'] },
  { kind: 'fire-lane-camera', any: ['lane-blocked'] },
  { kind: 'camera', any: ['object-class', 'object-count', 'falling-object', 'footage', 'video-lost'] },
  { kind: 'access-reader', any: ['access-result', 'credential'] },
  { kind: 'water-meter', any: ['water-flow', 'water-volume', 'toilet-flush'] },
  { kind: 'water-leak', any: ['water-leak'] },
  { kind: 'door', any: ['door-open', 'door-forced'] },
  { kind: 'lock', any: ['locked'] },
  { kind: 'motion', any: ['motion', 'occupancy', 'people-count'] },
  { kind: 'siren', any: ['siren-on'] },
  { kind: 'light', any: ['appliance-on'], with: ['brightness', 'color-temp', 'color-temperature', 'dimmer'] },
  { kind: 'plug', any: ['appliance-on'], with: ['active-power', 'energy', 'current'] },
  {
    kind: 'environment',
    any: [
      'temperature',
      'humidity',
      'pressure',
      'illuminance',
      'co2',
      'eco2',
      'voc',
      'formaldehyde',
      'pm1',
      'pm2-5',
      'pm10',
      'noise',
      'oxygen',
      'wind-speed',
      'rainfall',
    ],
  },
  // What heats or cools is switched, too, and says how warm it is.
  { kind: 'switch', any: ['appliance-on'] },
];

/** Of which yes is a matter of life, whatever says so. */
const dangers: ReadonlySet<string> = new Set(
  signs.flatMap(({ any, kind }) => (deviceKindCatalogue.get(kind)?.lifeSafety === true ? any : [])),
);
export const isOfDanger = (property: string): boolean => dangers.has(property);

/** By the names of the catalogue. */
export function guessKind(properties: ReadonlySet<string>): KindGuess {
  for (const { any, kind, with: beside } of signs) {
    const found = any.filter((property) => properties.has(property));
    if (found.length === 0) continue;
    if (beside === undefined) return { kind, because: found };
    const more = beside.filter((property) => properties.has(property));
    if (more.length > 0) return { kind, because: [...found, ...more] };
  }
  return { kind: unknownKind, because: [] };
}

/** What a gateway tells counts where it is a kind that the catalogue has. */
export const isKnownKind = (kind: string | undefined): kind is string =>
  kind !== undefined && deviceKindCatalogue.has(kind);
