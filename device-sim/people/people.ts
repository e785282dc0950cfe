import type { Fleet } from '#device-sim/fleet/fleet.ts';
import { Home, type HomeDay, type Instead } from '#device-sim/people/home.ts';
import type { Draw } from '#device-sim/people/traces.ts';
import { type UnitDay, unitTraffic } from '#device-sim/people/unit-traffic.ts';
import type { Calendar, SimDay } from '#device-sim/time/calendar.ts';

export interface PeopleOptions {
  readonly seed: number;
  readonly fleet: Fleet;
  readonly calendar: Calendar;
  /** Meters count from here. */
  readonly start: number;
}

const minuteMs = 60_000;
/** Days of a place that are kept: several devices ask for the same one, and for the one before. */
const keptDays = 3;

/** Everybody who lives in the community. */
export class People {
  readonly #options: PeopleOptions;
  readonly #homes: ReadonlyMap<string, Home>;
  readonly #homeDays = new Kept<HomeDay>();
  readonly #unitDays = new Kept<UnitDay>();
  readonly #litres = new Map<string, Map<number, number>>();

  constructor(options: PeopleOptions) {
    this.#options = options;
    const { fleet, seed } = options;
    this.#homes = new Map(
      [...fleet.places()]
        .filter(({ kind }) => kind === 'room')
        .map(({ id }) => [id, new Home(seed, id, fleet.residentsAt(id))]),
    );
  }

  /** The home at a place; undefined: no room. One in which nobody lives stays quiet. */
  home(place: string): Home | undefined {
    return this.#homes.get(place);
  }

  homeDay(home: Home, day: SimDay): HomeDay {
    return this.#homeDays.get(home.place, day.number, () => home.day(day));
  }

  /** The traffic of a unit, or of a building as of one unit. */
  unitDay(place: string, day: SimDay): UnitDay {
    const { seed, fleet, calendar } = this.#options;
    return this.#unitDays.get(place, day.number, () => {
      const homes = [...this.#homes.values()]
        .filter((home) => fleet.isWithin(home.place, place))
        .map((home) => ({ home, day: this.homeDay(home, day) }));
      return unitTraffic({ name: `${seed} unit ${place}`, homes, calendar, day });
    });
  }

  /** Litres that the home has used before this day, since the world's first. */
  litresBefore(home: Home, day: SimDay): number {
    const { calendar, start } = this.#options;
    const first = calendar.dayAt(start).number;
    const known = this.#litres.get(home.place) ?? new Map<number, number>([[first, 0]]);
    this.#litres.set(home.place, known);
    let at = day.number;
    while (at > first && !known.has(at)) at -= 1;
    let litres = known.get(at) ?? 0;
    for (; at < day.number; at++) {
      litres += litresOf(this.homeDay(home, calendar.day(at)).draws);
      known.set(at + 1, litres);
    }
    return litres;
  }

  /** A scenario has a resident do something else. */
  change(instead: Instead): void {
    const place = this.#options.fleet.residents.find(({ id }) => id === instead.resident)?.place;
    if (place === undefined) return;
    this.#homes.get(place)?.change(instead);
    this.#forget(place);
  }

  /** A scenario lets water run. */
  openTap(place: string, draw: Draw): void {
    this.#homes.get(place)?.openTap(draw);
    this.#forget(place);
  }

  #forget(place: string): void {
    this.#homeDays.clear();
    this.#unitDays.clear();
    this.#litres.delete(place);
  }
}

export const litresOf = (draws: readonly Draw[]): number =>
  draws.reduce((sum, { from, to, litresPerMinute }) => sum + ((to - from) / minuteMs) * litresPerMinute, 0);

/** The last few days of each place. */
class Kept<T> {
  readonly #days = new Map<string, Map<number, T>>();

  get(place: string, day: number, make: () => T): T {
    const days = this.#days.get(place) ?? new Map<number, T>();
    this.#days.set(place, days);
    const known = days.get(day);
    if (known !== undefined) return known;
    const made = make();
    const [oldest] = days.keys();
    if (days.size >= keptDays && oldest !== undefined) days.delete(oldest);
    days.set(day, made);
    return made;
  }

  clear(): void {
    this.#days.clear();
  }
}
