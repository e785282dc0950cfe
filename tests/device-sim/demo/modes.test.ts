import { describe, expect, it } from 'vitest';
import { modesAt } from '#device-sim/demo/modes.ts';
import { Programme } from '#device-sim/demo/programme.ts';
import { day, hour, plus } from '#model/brand.ts';
import { demoCommunity, monday } from '#tests/device-sim/support/communities.ts';

const now = plus(monday, 8 * day + 10 * hour);
const modes = modesAt(now, 'Asia/Shanghai');

describe('the modes of the demo', () => {
  it('are of places and residents that there are, and end in the days to come', () => {
    const targets = [...(demoCommunity.places ?? []), ...(demoCommunity.residents ?? [])].map(({ id }) => id);
    expect(targets).toEqual(expect.arrayContaining(modes.map(({ target }) => target)));
    for (const { until } of modes) expect(Date.parse(String(until))).toBeGreaterThan(now + 12 * hour);
  });

  it('hold nothing back of what happens', () => {
    const programme = new Programme({ community: demoCommunity, seed: 7, from: plus(now, -7 * day), now });
    programme.open(now);
    for (let at = now; at < now + 3 * hour; ) at = programme.goOn(at);
    const home = (target: string) =>
      (demoCommunity.residents ?? []).find(({ id }) => id === target)?.place ?? target;
    const places = new Set(modes.map(({ target }) => home(target)));
    const held = (demoCommunity.devices ?? []).filter(({ place }) => places.has(String(place)));
    expect(held.length).toBeGreaterThan(0);
    const keys = new Set(programme.world.expected.map(({ key }) => key));
    expect(keys.size).toBeGreaterThan(5);
    expect(held.filter(({ id }) => keys.has(id))).toEqual([]);
  });
});
