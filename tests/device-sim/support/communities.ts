import { readFileSync } from 'node:fs';
import { communityOf } from '#device-sim/fleet/community-of.ts';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import { epochMs } from '#model/brand.ts';

export const demoCommunity = communityOf(readFileSync('examples/demo-community.yaml', 'utf8'));
/** Midnight in the community's zone. */
export const monday = epochMs(Date.parse('2026-01-05T00:00:00+08:00'));
/** Two buildings with every kind of device. */
export const smallTown = generatedCommunity({ devices: 90, seed: 11 });
