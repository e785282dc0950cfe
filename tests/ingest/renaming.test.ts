import { describe, expect, it } from 'vitest';
import type { Newcomers } from '#ingest/stage.ts';
import { type DeviceId, type EpochMs, plus, position } from '#model/brand.ts';
import { configurationWith, ingestWith, message, now } from '#tests/ingest/workbench.ts';
import { fc } from '#tests/support/properties.ts';

const names = ['hall', 'kitchen', 'cellar', 'attic', '门磁', 'a/b', '__proto__', 'constructor'] as const;
const things = [0, 1, 2, 3] as const;
type Thing = (typeof things)[number];
const number = (thing: Thing): string => `0x00158d000000000${thing}`;
const device = (thing: Thing): DeviceId => `thing-${thing}` as DeviceId;

/** What somebody does in Zigbee2MQTT: gives a thing a free name, lets two change names, or takes one's name away. */
type Deed = (bearing: string[]) => void;
const thing = fc.constantFrom(...things);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.tuple(thing, fc.constantFrom(...names)).map(
    ([one, name]): Deed =>
      (bearing) => {
        if (!bearing.includes(name)) bearing[one] = name;
      },
  ),
  fc.tuple(thing, thing).map(
    ([one, other]): Deed =>
      (bearing) => {
        [bearing[one], bearing[other]] = [bearing[other] ?? '', bearing[one] ?? ''];
      },
  ),
  thing.map(
    (one): Deed =>
      (bearing) => {
        if (!bearing.includes(number(one))) bearing[one] = number(one);
      },
  ),
);
/** Several may be done before the list of it comes; a list may come twice, in any order, and hold what is none. */
const round = fc.record({
  deeds: fc.array(deed, { maxLength: 5 }),
  times: fc.integer({ min: 1, max: 2 }),
  nonsense: fc.array(fc.anything(), { maxLength: 2 }),
  order: fc.shuffledSubarray([...things], { minLength: things.length }),
});

/** A gateway with a device for each thing, all of them still named by their numbers. */
function gatewayOf() {
  const configuration = configurationWith('gateway', 'zigbee2mqtt', 'zigbee2mqtt/#');
  const put = (id: DeviceId, address: string): void => {
    const body = { id, kind: 'door', place: 'p-1' as never, gateway: 'd-1' as DeviceId, address };
    configuration.apply({ op: 'put', resource: 'device', id, body });
  };
  for (const one of things) put(device(one), number(one));
  const readdress: Newcomers['readdress'] = (moves) => {
    for (const { device: moved, to } of moves) put(moved.id, to);
  };
  const newcomers: Newcomers = { welcome: () => 'nobody', regard: (known) => known, readdress };
  const ingest = ingestWith({ configuration, newcomers });
  let count = 0;
  return {
    hears: (list: readonly unknown[], at: EpochMs) =>
      ingest.take(message(list, { topic: 'zigbee2mqtt/bridge/devices', at }), position(++count), at),
    get addresses() {
      return things.map((one) => configuration.device(device(one))?.address);
    },
  };
}

describe('who bears which name at a gateway', () => {
  it('is followed through whatever is done between two lists: each device has the name of its thing', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 12 }), (rounds) => {
        const gateway = gatewayOf();
        const bearing = things.map(number);
        for (const [index, { deeds, nonsense, order, times }] of rounds.entries()) {
          for (const act of deeds) act(bearing);
          const list = order.map((one) => ({ ieee_address: number(one), friendly_name: bearing[one] }));
          for (let time = 0; time < times; time++)
            gateway.hears([...nonsense, ...list], plus(now, index * 3_600_001));
          expect(gateway.addresses).toEqual(bearing);
        }
      }),
      { numRuns: 500 },
    );
  });
});
