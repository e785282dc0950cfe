import { Chance, rowOf } from '#device-sim/chance/chance.ts';
import type { Span } from '#device-sim/people/act.ts';
import { floorOf, type Home, type HomeDay } from '#device-sim/people/home.ts';
import { bustle } from '#device-sim/signals/bustle.ts';
import type { Calendar, SimDay } from '#device-sim/time/calendar.ts';

/** Somebody goes through the door of a unit. */
export interface UnitPassage {
  readonly at: number;
  readonly direction: 'out' | 'in';
  /** A resident's id, `visitor`, or a neighbour whose flat has no sensors. */
  readonly who: string;
  readonly floor: number;
}

/** A door that is open. */
export interface Opening extends Span {
  readonly passages: readonly UnitPassage[];
}

export interface UnitDay {
  readonly passages: readonly UnitPassage[];
  /** Never longer than `longestOpenMs`, and a moment shut between two. */
  readonly openings: readonly Opening[];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
/** Well below the 60 s of the rule unit-door-left-open, whoever follows whom. */
const longestOpenMs = 40 * secondMs;
const shutMs = 1_500;
/** Neighbours whose flats have no sensors pass so often on a day. */
const neighbours = { least: 50, most: 110 };

export interface TrafficOptions {
  readonly name: string;
  readonly homes: readonly { readonly home: Home; readonly day: HomeDay }[];
  readonly calendar: Calendar;
  readonly day: SimDay;
}

/** Who comes and goes at a unit on one day: the residents of its homes as their plans say, and neighbours by the hour. */
export function unitTraffic(options: TrafficOptions): UnitDay {
  const { homes, day } = options;
  const own = homes.flatMap(({ home, day: homeDay }) => {
    const floor = floorOf(home.place);
    const row = rowOf('way', home.place);
    return homeDay.passages.map(({ at, direction, who }): UnitPassage => {
      const wayMs = Math.round((20 + 4 * floor + 20 * row(at)) * secondMs);
      return { at: direction === 'out' ? at + wayMs : at - wayMs, direction, who, floor };
    });
  });
  const passages = [...own, ...neighboursOf(options)]
    .filter(({ at }) => at > day.from + minuteMs && at < day.to - 5 * minuteMs)
    .toSorted((one, other) => one.at - other.at || (one.who < other.who ? -1 : 1));
  return { passages, openings: [...openingsOf(passages)] };
}

function* neighboursOf({ name, calendar, day }: TrafficOptions): Generator<UnitPassage> {
  const chance = new Chance(name, 'neighbours', day.number);
  const count = chance.whole(neighbours.least, neighbours.most);
  for (let passed = 0; passed < count; ) {
    const at = Math.round(chance.between(day.from, day.to));
    if (!chance.happens(Math.max(0.01, bustle(calendar.hourOf(at))))) continue;
    passed += 1;
    const leaves = calendar.hourOf(at) < 12 ? 0.65 : 0.4;
    yield {
      at,
      direction: chance.happens(leaves) ? 'out' : 'in',
      who: `neighbour-${chance.whole(1, 60)}`,
      floor: chance.whole(1, 11),
    };
  }
}

/** When the door is open for those who pass, in order of time. */
export function* openingsOf(passages: readonly UnitPassage[]): Generator<Opening> {
  let open: { from: number; to: number; passages: UnitPassage[] } | undefined;
  const row = rowOf('closer');
  for (const passage of passages) {
    // The closer takes as long as it takes.
    const staysMs = Math.round((6 + 9 * row(passage.at)) * secondMs);
    if (open !== undefined && passage.at < open.to + shutMs) {
      const to = Math.max(open.to, passage.at + staysMs);
      if (to - open.from <= longestOpenMs) {
        open.to = to;
        open.passages.push(passage);
        continue;
      }
    }
    if (open !== undefined) yield open;
    const from: number = Math.max(passage.at, open === undefined ? 0 : open.to + shutMs);
    open = { from, to: from + staysMs, passages: [passage] };
  }
  if (open !== undefined) yield open;
}
