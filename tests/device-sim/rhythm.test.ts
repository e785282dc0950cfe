import { describe, expect, it } from 'vitest';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import type { SimMessage } from '#device-sim/message.ts';
import { watchOf } from '#device-sim/scenarios/expected.ts';
import { newWorld } from '#device-sim/world.ts';
import { day, hour, plus } from '#model/brand.ts';
import { parseDuration } from '#model/duration.ts';
import { loadLibrary } from '#rules/library/load.ts';
import { monday, smallTown } from '#tests/device-sim/support/communities.ts';
import { toldBy } from '#tests/device-sim/support/told.ts';

describe('how often devices speak', () => {
  const range = { from: monday, to: plus(monday, 2 * day) };
  const world = newWorld({ community: smallTown, seed: 5, start: monday });
  const told = toldBy(world, range);
  const byDevice = Map.groupBy(told, ({ device }) => device);

  it('is as often as they promise, over 04:00 as well', () => {
    const late = (smallTown.devices ?? []).flatMap(({ id, expectEvery = '1h' }) => {
      const times = [range.from, ...(byDevice.get(id) ?? []).map(({ at }) => at), range.to];
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      return Math.max(...gaps) <= (parseDuration(expectEvery) ?? 0) ? [] : [id];
    });
    expect(late).toEqual([]);
    expect(byDevice.size).toBe(smallTown.devices?.length);
  });

  it('is as often as they promise, however short that is', () => {
    const devices = (smallTown.devices ?? []).map((device) => ({ ...device, expectEvery: '40s' }));
    const from = plus(monday, 27 * hour);
    const to = plus(from, 2 * hour);
    const hasty = newWorld({ community: { ...smallTown, devices }, seed: 5, start: monday });
    for (const [device, said] of Map.groupBy(toldBy(hasty, { from, to }), (one) => one.device)) {
      const times = [from, ...said.map(({ at }) => at), to];
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      expect(Math.max(...gaps), device).toBeLessThanOrEqual(40_000);
    }
  });

  it('is irregular, as devices are', () => {
    const radar = told.filter(({ device }) => device.includes('radar')).map(({ ts }) => ts);
    expect(new Set(radar.map((ts) => ts % 1_000)).size).toBeGreaterThan(500);
  });

  it('loses messages on the radio, which come again with the time of their measurement, within a minute', () => {
    const again = told.filter(({ at, ts }) => at !== ts);
    expect(again.length).toBeGreaterThan(told.length / 2_000);
    expect(again.length).toBeLessThan(told.length / 20);
    expect(again.filter(({ at, ts }) => at < ts || at - ts > 60_000)).toEqual([]);
    expect(again.filter(({ device }) => /lift|cam|gw|reader/.test(device))).toEqual([]);
  });

  it('never says two things of one time', () => {
    const seen = new Set(told.map(({ device, ts }) => `${device} ${ts}`));
    expect(seen.size).toBe(told.length);
  });

  it('comes in order of time, second by second', () => {
    const seconds = [...newWorld({ community: smallTown, seed: 5, start: monday }).seconds(range)];
    const wrong = seconds.filter(
      ({ at, messages }, index) =>
        at % 1_000 !== 0 ||
        messages.length === 0 ||
        at <= (seconds[index - 1]?.at ?? 0) ||
        !isOrdered(messages) ||
        messages.some((one) => one.at < at || one.at >= at + 1_000),
    );
    expect(wrong).toEqual([]);
  });
});

const isOrdered = (messages: readonly SimMessage[]): boolean =>
  messages.every(({ at }, index) => at >= (messages[index - 1]?.at ?? 0));

describe('what the simulator knows of silence', () => {
  it('is what the rule library does: which rule waits for a device of which kind', () => {
    const { devices = [] } = generatedCommunity({ devices: 500, seed: 7 });
    const library = loadLibrary();
    for (const device of devices) {
      const watching = library.filter(({ source }) => {
        const { kind = [] } = (source['devices'] ?? {}) as { kind?: readonly string[] };
        return source['silentFor'] !== undefined && kind.includes(device.kind);
      });
      expect(watching.map(({ id }) => id)).toEqual([watchOf(device)?.rule]);
      const { expectEvery: _, ...silent } = device;
      expect(watchOf(silent) === undefined).toBe(watching[0]?.source['silentFor'] === 'expected');
    }
  });
});
