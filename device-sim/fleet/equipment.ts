/** How often devices of a kind promise to speak (`expect-every`), as their data sheets have it. */
export const promises: Readonly<Record<string, string>> = {
  'smoke-detector': '24h',
  'heat-detector': '24h',
  'co-detector': '10m',
  'gas-detector': '1h',
  'water-leak': '24h',
  door: '24h',
  'access-reader': '24h',
  'sos-button': '24h',
  wearable: '15m',
  'fall-radar': '2m',
  motion: '4h',
  'bed-sensor': '2m',
  camera: '10m',
  lift: '2m',
  'fire-lane-camera': '15m',
  environment: '15m',
  'water-meter': '1h',
  siren: '24h',
  gateway: '5m',
};

/** Kinds that speak by radio, through the gateway of their building; the others are on the network themselves. */
export const throughGateway: ReadonlySet<string> = new Set([
  'smoke-detector',
  'heat-detector',
  'gas-detector',
  'water-leak',
  'door',
  'sos-button',
  'motion',
]);

/** Short names for ids. */
const shortNames: Readonly<Record<string, string>> = {
  'smoke-detector': 'smoke',
  'heat-detector': 'heat',
  'co-detector': 'co',
  'gas-detector': 'gas',
  'water-leak': 'leak',
  'access-reader': 'reader',
  'sos-button': 'sos',
  wearable: 'watch',
  'fall-radar': 'radar',
  'bed-sensor': 'bed',
  'fire-lane-camera': 'lane',
  environment: 'air',
  'water-meter': 'water',
  gateway: 'gw',
};
export const shortName = (kind: string): string => shortNames[kind] ?? kind;

/** What hangs in a flat, by who lives there, in the order in which it is bought. */
export const flats = {
  /** A family: what the fire brigade asks for. */
  family: ['smoke-detector', 'gas-detector'],
  /** Two old people. */
  couple: ['smoke-detector', 'gas-detector', 'sos-button', 'motion', 'water-leak'],
  /** Somebody old who lives alone, with a radar against falls. */
  alone: [
    'smoke-detector',
    'sos-button',
    'motion',
    'door',
    'fall-radar',
    'water-meter',
    'gas-detector',
    'wearable',
  ],
  /** The same, frail: the bed knows more than a radar. */
  frail: ['smoke-detector', 'sos-button', 'motion', 'bed-sensor', 'water-meter', 'wearable', 'door'],
} as const;
export type FlatKind = keyof typeof flats;
