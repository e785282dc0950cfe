import { Chance, rowOf } from '#device-sim/chance/chance.ts';
import { type Act, actAt, type Doing, isInBed, joined, type Span, without } from '#device-sim/people/act.ts';
import { dayPlan } from '#device-sim/people/day-plan.ts';
import { type Habits, habitsOf } from '#device-sim/people/habits.ts';
import { type Draw, type Traces, tracesOf, tracesWithout } from '#device-sim/people/traces.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import type { Resident } from '#model/community.ts';

/** Somebody goes through the door of a home. */
export interface Passage {
  readonly at: number;
  readonly direction: 'out' | 'in';
  /** A resident's id, or `visitor`. */
  readonly who: string;
}

/** What happens in one home on one day; everything that its sensors say follows from it, and so agrees. */
export interface HomeDay {
  /** Of each resident, by id, without gaps. */
  readonly acts: ReadonlyMap<string, readonly Act[]>;
  /** When somebody is in, awake or not. */
  readonly occupied: readonly Span[];
  readonly motion: readonly Span[];
  /** In order of their beginning; several may run at once. */
  readonly draws: readonly Draw[];
  readonly passages: readonly Passage[];
}

/** A scenario has a resident do something else. */
export interface Instead extends Span {
  readonly resident: string;
  readonly doing: Doing;
}

const minuteMs = 60_000;

/** The residents of one place and their days. */
export class Home {
  readonly place: string;
  readonly residents: readonly Resident[];
  readonly #name: string;
  readonly #habits: ReadonlyMap<string, Habits>;
  readonly #instead: Instead[] = [];
  readonly #taps: Draw[] = [];

  constructor(seed: number, place: string, residents: readonly Resident[]) {
    this.place = place;
    this.residents = residents;
    this.#name = `${seed} home ${place}`;
    this.#habits = new Map(residents.map((resident) => [resident.id, habitsOf(seed, resident)]));
  }

  habits(resident: string): Habits | undefined {
    return this.#habits.get(resident);
  }

  /** From here on the day is another; what was said of it before its beginning stays as it was. */
  change(instead: Instead): void {
    this.#instead.push(instead);
  }

  /** Water runs, whoever is in. */
  openTap(draw: Draw): void {
    this.#taps.push(draw);
  }

  day(day: SimDay): HomeDay {
    const acts = new Map<string, readonly Act[]>();
    const traces: Traces[] = [];
    for (const { id } of this.residents) {
      const lived = this.#livedBy(id, day);
      acts.set(id, lived.acts);
      traces.push(lived.traces);
    }
    const visit = this.#visit(acts, day);
    const passages = [...acts].flatMap(([who, list]) => [...passagesOf(who, list)]);
    if (visit !== undefined)
      passages.push(
        { at: visit.from, direction: 'in', who: 'visitor' },
        { at: visit.to, direction: 'out', who: 'visitor' },
      );
    const taps = this.#taps.flatMap((draw) => within(draw, day));
    return {
      acts,
      occupied: joined([...acts.values()].flat().filter(({ doing }) => doing !== 'out')),
      motion: joined([...traces.flatMap(({ motion }) => motion), ...(visit ? [visit] : [])]),
      draws: [...traces.flatMap(({ draws }) => draws), ...taps].toSorted(
        (one, other) => one.from - other.from,
      ),
      passages: passages.toSorted((one, other) => one.at - other.at),
    };
  }

  /** The plan of a resident, and where a scenario says otherwise, that. */
  #livedBy(resident: string, day: SimDay): { acts: readonly Act[]; traces: Traces } {
    const habits = this.#habits.get(resident);
    const name = `${this.#name} ${resident}`;
    const planned = habits ? dayPlan(name, habits, day) : [];
    const traces = tracesOf(planned, new Chance(name, 'traces', day.number));
    const instead = this.#instead
      .filter((one) => one.resident === resident)
      .flatMap((one) => within(one, day))
      // Of two for one time the later one counts.
      .flatMap((one, index, all) => without(one, all.slice(index + 1)));
    if (instead.length === 0) return { acts: planned, traces };
    const other = instead.map(({ from, to, doing }): Act => ({ from, to, doing }));
    const more = tracesOf(other, new Chance(name, 'instead', day.number));
    const left = tracesWithout(traces, other);
    return {
      acts: [...planned.flatMap((act) => without(act, other)), ...other].toSorted(
        (one, next) => one.from - next.from,
      ),
      traces: { motion: [...left.motion, ...more.motion], draws: [...left.draws, ...more.draws] },
    };
  }

  /** Somebody comes to see the first resident, who must be at home and up all the while. */
  #visit(acts: ReadonlyMap<string, readonly Act[]>, day: SimDay): Span | undefined {
    const [host] = this.residents;
    const habits = host && this.#habits.get(host.id);
    if (!host || !habits) return undefined;
    const chance = new Chance(this.#name, 'visit', day.number);
    const comes = chance.happens(habits.hasVisitors);
    const minute = chance.pick([590, 930, 1130] as const) + chance.whole(0, 25) - 240;
    const from = Math.round(day.from + (minute + chance.next()) * minuteMs);
    const to = from + Math.round(chance.between(25, 70) * minuteMs);
    const isUp = (act: Act): boolean =>
      act.doing !== 'out' && act.doing !== 'shower' && act.doing !== 'lying' && !isInBed(act.doing);
    const meanwhile = (acts.get(host.id) ?? []).filter((act) => act.to > from && act.from < to);
    return comes && to < day.to && meanwhile.every(isUp) ? { from, to } : undefined;
  }
}

/** At the day's own ends nobody goes through a door. */
function* passagesOf(who: string, acts: readonly Act[]): Generator<Passage> {
  for (const [index, act] of acts.entries()) {
    const before = acts[index - 1];
    if (before === undefined || (before.doing === 'out') === (act.doing === 'out')) continue;
    yield { at: act.from, direction: act.doing === 'out' ? 'out' : 'in', who };
  }
}

function within<T extends Span>(span: T, { from, to }: Span): T[] {
  if (span.to <= from || span.from >= to) return [];
  return [{ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }];
}

/** Somebody is in. */
export const isOccupied = ({ occupied }: HomeDay, at: number): boolean =>
  occupied.some(({ from, to }) => at >= from && at < to);

export const doingAt = (home: HomeDay, resident: string, at: number): Doing | undefined =>
  actAt(home.acts.get(resident) ?? [], at)?.doing;

const floorPattern = /(\d{1,2})\d{2}$/;
/** By the number of the flat (`b3-1102`: 11), else by chance. */
export function floorOf(place: string): number {
  const [, floor] = floorPattern.exec(place) ?? [];
  return floor === undefined || Number(floor) === 0 ? 1 + Math.floor(6 * rowOf(place)(0)) : Number(floor);
}
