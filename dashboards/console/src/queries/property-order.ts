/** What most devices say of themselves, after what they are there for. */
const housekeeping: readonly string[] = [
  'battery',
  'battery-low',
  'battery-voltage',
  'power',
  'fault',
  'tamper',
  'test',
  'online',
  'rssi',
  'snr',
  'link-quality',
  'firmware',
  'uptime',
];

export const isHousekeeping = (property: string): boolean => housekeeping.includes(property);

/** What a kind of device is there for comes first, in the order of the catalogue; then what else it says; itself last. */
export function inOrder(properties: readonly string[], ofKind: readonly string[]): readonly string[] {
  const rank = (property: string): number => {
    const own = housekeeping.indexOf(property);
    if (own >= 0) return 2_000 + own;
    const known = ofKind.indexOf(property);
    return known >= 0 ? known : 1_000;
  };
  return properties.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
