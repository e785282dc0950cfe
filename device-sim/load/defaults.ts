/** A load that a small machine carries, with figures that mean something after a minute. */
export const loadDefaults = {
  rate: 1_000,
  connections: 500,
  seconds: 60,
  warmUpS: 5,
  payload: 'small',
  alarmsPerSecond: 2,
  connectsPerSecond: 500,
  community: 'load',
} as const;
