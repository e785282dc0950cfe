import type { Account } from '#device-sim/load/device-connection.ts';

/** Who sends in a benchmark, and the community file that makes them known. */
export interface BenchCommunity {
  readonly file: Readonly<Record<string, unknown>>;
  /** Climate sensors, over the buildings of one grid. */
  readonly senders: readonly Account[];
  /** Smoke detectors, each in a building `tower-of-…` of its own: the rule library joins alarms of one building. */
  readonly detectors: readonly Account[];
}

const id = 'bench';
const devicesPerBuilding = 50;

const account = (device: string): Account => ({
  id: device,
  token: `token-of-${device}`,
  topic: `gridbell/${id}/${device}/telemetry`,
});

const numbered = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const staff = [
  ...numbered(3, (index) => ({ id: `worker-${index}`, role: 'grid-worker' })),
  { id: 'manager', role: 'property-manager' },
  { id: 'leader', role: 'grid-leader' },
];

export function benchCommunity(counts: {
  readonly senders: number;
  readonly detectors: number;
}): BenchCommunity {
  const senders = numbered(counts.senders, (index) => account(`climate-${index}`));
  const detectors = numbered(counts.detectors, (index) => account(`smoke-${index}`));
  const buildings = Math.ceil(counts.senders / devicesPerBuilding);
  return {
    senders,
    detectors,
    file: {
      community: { id, name: { en: 'Bench' }, timezone: 'Asia/Shanghai' },
      places: [
        { id: 'g1', kind: 'grid', parent: id },
        ...numbered(buildings, (index) => ({ id: `block-${index}`, kind: 'building', parent: 'g1' })),
        ...detectors.map((detector) => ({ id: `tower-of-${detector.id}`, kind: 'building', parent: 'g1' })),
      ],
      people: staff.map((person) => ({ ...person, places: ['g1'] })),
      rosters: [...new Set(staff.map(({ role }) => role))].map((role) => ({
        place: 'g1',
        role,
        shifts: staff
          .filter((person) => person.role === role)
          .map((person) => ({ days: 'mon-sun', from: '00:00', to: '24:00', person: person.id })),
      })),
      devices: [
        ...senders.map((sender, index) => ({
          id: sender.id,
          kind: 'environment',
          place: `block-${Math.floor(index / devicesPerBuilding)}`,
          token: sender.token,
        })),
        ...detectors.map((detector) => ({
          id: detector.id,
          kind: 'smoke-detector',
          place: `tower-of-${detector.id}`,
          token: detector.token,
        })),
      ],
    },
  };
}
