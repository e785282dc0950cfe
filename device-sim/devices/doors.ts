import { rowOf } from '#device-sim/chance/chance.ts';
import { switched } from '#device-sim/devices/home-sensors.ts';
import type { Post } from '#device-sim/devices/post.ts';
import type { Change, DeviceModel, Values } from '#device-sim/devices/report.ts';
import { joined, type Span } from '#device-sim/people/act.ts';
import type { HomeDay } from '#device-sim/people/home.ts';
import type { UnitDay } from '#device-sim/people/unit-traffic.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';

/** Of a flat: opens when its people come and go. Of a unit, a building or anything else: when anybody does. */
export function door(post: Post): DeviceModel {
  const { people } = post.scene;
  const { place } = post.device;
  const home = people.home(place);
  const row = rowOf('door', place);
  const openings = (day: SimDay): readonly Span[] =>
    home ? openingsOf(people.homeDay(home, day), row) : people.unitDay(place, day).openings;
  return (day) =>
    post.stateful(
      day,
      { 'door-open': false },
      {
        changes: switched('door-open', openings(day)),
        also: (at) => post.health(at),
      },
    );
}

const openingsOf = ({ passages }: HomeDay, row: (index: number) => number): readonly Span[] =>
  joined(passages.map(({ at }) => ({ from: at - 2_000, to: Math.round(at + 3_000 + 7_000 * row(at)) })));

/** Who comes in from outside holds a card to it; who follows through the open door does not, and visitors ring. */
export function accessReader(post: Post): DeviceModel {
  const { people } = post.scene;
  const { place } = post.device;
  const row = rowOf('reader', post.name);
  const home = people.home(place);
  return (day) =>
    post.stateful(
      day,
      {},
      {
        changes: home ? [] : admissions(people.unitDay(place, day), row),
        also: (at) => ({ fault: false, rssi: post.radio.rssi(at) }),
      },
    );
}

function* admissions({ openings }: UnitDay, row: (index: number) => number): Generator<Change> {
  for (const { from, passages } of openings) {
    const [first] = passages;
    if (first === undefined || first.direction === 'out' || first.who === 'visitor') continue;
    const credential = cardOf(first.who);
    // Held too briefly, and once more.
    if (row(from) < 0.015) yield { at: from - 4_500, values: said('denied', credential) };
    yield { at: from - 1_200, values: said('granted', credential) };
  }
}

const said = (result: 'granted' | 'denied', credential: string): Values => ({
  'access-result': result,
  credential,
});

const cardOf = (who: string): string => `card-${Math.floor(rowOf('card', who)(0) * 1e8).toString(36)}`;
