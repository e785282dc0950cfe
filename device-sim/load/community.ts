import { randomBytes } from 'node:crypto';
import type { Account } from '#device-sim/load/device-connection.ts';

/** Who sends, and the community file that makes them known. */
export interface LoadCommunity {
  /** Every id begins with it. */
  readonly prefix: string;
  /** As `/import` takes it. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Climate sensors in one building of one grid. */
  readonly senders: readonly Account[];
  /** Smoke detectors, each in a building of its own: the rule library joins alarms of one building. */
  readonly detectors: readonly Account[];
}

export interface LoadCommunityOptions {
  readonly community: { readonly id: string; readonly name?: unknown; readonly timezone?: string };
  /** Every id begins with it: of a run alone, so that no alarm of an earlier one still stands. */
  readonly prefix: string;
  readonly senders: number;
  readonly detectors: number;
}

/** On every place and device: what made them, and that nobody lives there. */
export const loadTags = ['simulated', 'load'] as const;

const numbered = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export function loadCommunity(options: LoadCommunityOptions): LoadCommunity {
  const { community, prefix } = options;
  const grid = `${prefix}-grid`;
  const house = `${prefix}-house`;
  const account = (id: string, place: string): Account => ({
    id,
    place,
    token: randomBytes(24).toString('base64url'),
    topic: `gridbell/${community.id}/${id}/telemetry`,
  });
  const senders = numbered(options.senders, (index) => account(`${prefix}-climate-${index}`, house));
  const detectors = numbered(options.detectors, (index) =>
    account(`${prefix}-smoke-${index}`, `${prefix}-tower-${index}`),
  );
  const staff = [
    ...numbered(3, (index) => ({ id: `${prefix}-worker-${index}`, role: 'grid-worker' })),
    { id: `${prefix}-manager`, role: 'property-manager' },
    { id: `${prefix}-leader`, role: 'grid-leader' },
  ];
  const building = (id: string) => ({ id, kind: 'building', parent: grid, tags: loadTags });
  const device = (kind: string) => (of: Account) => ({
    id: of.id,
    kind,
    place: of.place,
    token: of.token,
    tags: loadTags,
  });
  return {
    prefix,
    senders,
    detectors,
    file: {
      community,
      places: [
        { id: grid, kind: 'grid', parent: community.id, tags: loadTags },
        building(house),
        ...detectors.map(({ place }) => building(place)),
      ],
      people: staff.map((person) => ({ ...person, places: [grid] })),
      rosters: [...new Set(staff.map(({ role }) => role))].map((role) => ({
        place: grid,
        role,
        shifts: staff
          .filter((person) => person.role === role)
          .map((person) => ({ days: 'mon-sun', from: '00:00', to: '24:00', person: person.id })),
      })),
      devices: [...senders.map(device('environment')), ...detectors.map(device('smoke-detector'))],
    },
  };
}
