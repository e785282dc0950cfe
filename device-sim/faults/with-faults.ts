import { Chance } from '#device-sim/chance/chance.ts';
import type { FaultOrder } from '#device-sim/faults/fault-order.ts';
import type { OutgoingSecond } from '#device-sim/faults/outgoing.ts';
import { type FaultName, faultNames, faults } from '#device-sim/faults/registry.ts';
import type { SimSecond } from '#device-sim/message.ts';
import type { EpochMs } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Device } from '#model/community.ts';
import { GridbellError } from '#model/errors.ts';

/** What a fault has done so far. */
export interface FaultTally {
  readonly name: FaultName;
  readonly rate: number;
  /** Devices that it was meant for. */
  readonly devices: number;
  /** By kind. */
  readonly injected: Readonly<Record<string, number>>;
}

export interface FaultyWorld {
  readonly seconds: Iterable<OutgoingSecond>;
  /** As far as `seconds` was taken. */
  readonly tallies: readonly FaultTally[];
}

export interface FaultyWorldOptions {
  readonly seed: number;
  readonly clock: ClockKind;
  readonly devices: readonly Device[];
  /** Of the run. */
  readonly end: EpochMs;
}

/**
 * What the devices say, with what goes wrong between them and the platform.
 * @throws GridbellError `invalid-input` when a fault is meant for devices that are not there.
 */
export function withFaults(
  seconds: Iterable<SimSecond>,
  orders: readonly FaultOrder[],
  around: FaultyWorldOptions,
): FaultyWorld {
  const inOrder = orders.toSorted(
    (one, other) => faultNames.indexOf(one.name) - faultNames.indexOf(other.name),
  );
  const tallies: FaultTally[] = [];
  let passed: Iterable<OutgoingSecond> = unbroken(seconds);
  for (const [index, order] of inOrder.entries()) {
    const devices = concerned(order, around.devices);
    const known = new Set(devices);
    const injected: Record<string, number> = {};
    tallies.push({ name: order.name, rate: order.rate, devices: devices.length, injected });
    const chances = new Map<string, Chance>();
    passed = faults[order.name].apply(passed, {
      rate: order.rate,
      clock: around.clock,
      end: around.end,
      devices,
      concerns: (device) => known.has(device),
      chanceOf: (device) => {
        const chance = chances.get(device) ?? new Chance(around.seed, 'fault', order.name, index, device);
        chances.set(device, chance);
        return chance;
      },
      count: (kind) => {
        injected[kind] = (injected[kind] ?? 0) + 1;
      },
    });
  }
  return { seconds: passed, tallies };
}

function* unbroken(seconds: Iterable<SimSecond>): Generator<OutgoingSecond> {
  for (const second of seconds) yield { ...second, broken: [] };
}

function concerned(order: FaultOrder, devices: readonly Device[]): readonly string[] {
  const unknown = order.devices.filter(
    (word) => !devices.some(({ id, kind }) => id === word || kind === word),
  );
  if (unknown.length > 0)
    throw new GridbellError(
      'invalid-input',
      `the fault ${order.name} is meant for ${unknown.join(', ')}: the fleet has neither such a device nor such a kind`,
    );
  return devices
    .filter(
      ({ id, kind }) =>
        order.devices.length === 0 || order.devices.some((word) => word === id || word === kind),
    )
    .map(({ id }) => id);
}
