import { readFileSync } from 'node:fs';
import { communityOf } from '#device-sim/fleet/community-of.ts';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import { epochMs } from '#model/brand.ts';

export const demoCommunity = communityOf(readFileSync('examples/demo-community.yaml', 'utf8'));
/** Midnight in the community's zone. */
export const monday = epochMs(Date.parse('2026-01-05T00:00:00+08:00'));
/** Two buildings with every kind of device. */
export const smallTown = generatedCommunity({ devices: 90, seed: 11 });

/** One person's flat with every sensor that a home can have, in a unit with a door, a reader and a lift. */
export const oneHome = communityOf(`
community: { id: c-1, timezone: Asia/Shanghai }
places:
  - { id: g1, kind: grid, parent: c-1 }
  - { id: b1, kind: building, parent: g1 }
  - { id: b1-u1, kind: unit, parent: b1 }
  - { id: b1-0502, kind: room, parent: b1-u1 }
residents:
  - { id: r-1, place: b1-0502, birth-year: 1944, lives-alone: true }
devices:
  - { id: flat-door, kind: door, place: b1-0502, expect-every: 24h }
  - { id: motion, kind: motion, place: b1-0502, expect-every: 4h }
  - { id: bed, kind: bed-sensor, place: b1-0502, expect-every: 2m }
  - { id: radar, kind: fall-radar, place: b1-0502, expect-every: 2m }
  - { id: meter, kind: water-meter, place: b1-0502, expect-every: 1h }
  - { id: watch, kind: wearable, place: b1-0502, resident: r-1, expect-every: 15m }
  - { id: smoke, kind: smoke-detector, place: b1-0502, expect-every: 24h }
  - { id: gas, kind: gas-detector, place: b1-0502, expect-every: 1h }
  - { id: unit-door, kind: door, place: b1-u1, expect-every: 24h }
  - { id: reader, kind: access-reader, place: b1-u1, expect-every: 24h }
  - { id: lift, kind: lift, place: b1-u1, expect-every: 2m }
`);
