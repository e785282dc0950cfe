import type { Fault } from '#device-sim/faults/fault.ts';
import type { OutgoingSecond } from '#device-sim/faults/outgoing.ts';
import { hour, plus } from '#model/brand.ts';

/** A switch loses power, an access point starts anew: everybody's connection breaks, and everybody comes back at once. */
export const reconnectStorm: Fault = {
  about: 'all connections break at once and come back at once',
  defaultRate: 1,
  rateOf: 'times an hour',
  changesOutcome: false,
  *apply(seconds, around): Generator<OutgoingSecond> {
    const chance = around.chanceOf('');
    const gapMs = (): number => Math.max(1_000, -Math.log(1 - chance.next()) * (hour / around.rate));
    let next = Number.NaN;
    for (const second of seconds) {
      if (Number.isNaN(next)) next = plus(second.at, gapMs());
      if (second.at < next) yield second;
      else {
        around.count('storm');
        yield { ...second, broken: around.devices };
        next = plus(second.at, gapMs());
      }
    }
  },
};
