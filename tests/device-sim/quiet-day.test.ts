import { describe, expect, it } from 'vitest';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import { newWorld } from '#device-sim/world.ts';
import { day, epochMs, hour, plus } from '#model/brand.ts';
import { deviceKindCatalogue, propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';
import { demoCommunity, monday } from '#tests/device-sim/support/communities.ts';
import { played } from '#tests/device-sim/support/platform.ts';

/** A step that a double cannot hold exactly is a step still. */
const isOnStep = (value: number, resolution: number): boolean =>
  Math.abs(value / resolution - Math.round(value / resolution)) < 1e-6;

function whyNot(kind: string, property: string, value: Value): string | undefined {
  const definition = propertyCatalogue.get(property);
  if (!definition) return 'is not in the catalogue';
  if (!deviceKindCatalogue.get(kind)?.properties.includes(property)) return `is not said by a ${kind}`;
  if (typeof value !== 'number') return undefined;
  return isOnStep(value, definition.resolution ?? 1) ? undefined : `${value} is finer than the catalogue`;
}

describe('a day of 500 devices without a scenario', () => {
  const community = generatedCommunity({ devices: 500, seed: 7 });
  const kinds = new Map((community.devices ?? []).map(({ id, kind }) => [id, kind]));
  const world = newWorld({ community, seed: 7, start: monday });
  const problems = new Set<string>();
  const { alarms, quarantined, messages } = played(
    world,
    { from: monday, to: plus(monday, 1.25 * day) },
    ({ device, values }) => {
      for (const [property, value] of values) {
        const kind = kinds.get(device) ?? '';
        const why = whyNot(kind, property, value);
        if (why !== undefined) problems.add(`${kind} ${property} ${why}`);
      }
    },
  );

  it('raises no alarm', () => {
    expect(alarms).toEqual([]);
  });
  it('leaves nothing in quarantine, and says what its kinds say as finely as the catalogue has it', () => {
    expect(quarantined).toEqual([]);
    expect([...problems]).toEqual([]);
  });
  it('is of the size of such a day', () => {
    expect(messages).toBeGreaterThan(100_000);
    expect(messages).toBeLessThan(400_000);
  });
});

describe('the demo community', () => {
  it.each(['2026-01-20', '2026-04-20', '2026-07-20', '2026-10-20'])('is calm on %s, too', (date) => {
    const from = epochMs(Date.parse(`${date}T00:00:00+08:00`));
    const world = newWorld({ community: demoCommunity, seed: 3, start: from });
    const { alarms, quarantined } = played(world, { from, to: plus(from, 30 * hour) });
    expect(alarms).toEqual([]);
    expect(quarantined).toEqual([]);
  });

  it('says no more than 250,000 messages in a week', () => {
    const world = newWorld({ community: demoCommunity, seed: 7, start: monday });
    let count = 0;
    for (const { messages } of world.seconds({ from: monday, to: plus(monday, 7 * day) }))
      count += messages.length;
    expect(count).toBeGreaterThan(100_000);
    expect(count).toBeLessThan(250_000);
  });
});
