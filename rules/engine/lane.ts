import type { Observation } from '#model/reading.ts';
import type { Judge } from '#rules/engine/judge.ts';
import { Log } from '#rules/engine/log.ts';
import type { Roster, Rosters } from '#rules/engine/roster.ts';
import { type Stream, staleIn } from '#rules/engine/stream.ts';
import type { LoadedRule, Subject } from '#rules/engine/subject.ts';
import { codeOf } from '#rules/engine/trace-outcome.ts';
import { TraceRing } from '#rules/engine/trace-ring.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** Whether rules that went on by themselves can share a log again is looked at once in so many readings. */
const gathersEvery = 64;
/** One bit each says who is calm; those behind are judged in full. */
const mostCalm = 31;

const quiet = codeOf('quiet');
const heard = codeOf('heard');
const unknown = codeOf('unknown');

/** What becomes of the rules that one message wakes. */
export interface Round {
  readonly judge: Judge;
  /** The message says something that some of the rules look up, too. */
  readonly isReferred: boolean;
  /** Up to when timers have run out. */
  readonly now: number;
  /** A glance was enough. */
  passOver(watch: Watch): void;
  /** It wants to be judged in full. */
  consider(watch: Watch): void;
}

/**
 * The rules that readings of one property wake at one holder. Those that these readings alone wake, and that accept equally
 * late ones, take in the same: they share one log of readings and one ring of traces. As long as nothing stands or waits and
 * readings come in order such a rule is *calm*: its condition is asked, the answer is noted, and nothing of its own is
 * touched (docs/decisions/135).
 */
export class Lane {
  /** By the places of the watches. */
  #calm = 0;
  #roster: Roster;
  #log = new Log();
  readonly #trace: TraceRing;
  readonly #holder: Subject;
  readonly watches: readonly Watch[];
  readonly #members: readonly Watch[];
  readonly #property: string;
  #untilGathering = gathersEvery;
  /** How many readings of the log those that are calm took in. */
  #calmEnd = 0;
  #isTaking = false;
  /** Up to when timers had run out as the last reading was taken in. */
  #takenAt = Number.NaN;
  /** No time has passed since: what the last reading awaits may be due before this one. */
  #mayBeDue = false;

  constructor(
    holder: Subject,
    property: string,
    { rosters, watches }: { rosters: Rosters; watches: readonly Watch[] },
  ) {
    this.#holder = holder;
    this.#property = property;
    this.watches = watches;
    const members = membersOf(holder, property, watches);
    this.#members = members;
    this.#roster = this.#rosterOf(rosters);
    const order = Math.max(0, ...members.map(({ trace }) => trace.order)) + 1;
    this.#trace = new TraceRing(this.#roster.layout, order);
    for (const [column, watch] of members.entries()) {
      watch.progress.join(this, watches.indexOf(watch));
      watch.trace.share(this.#trace, column);
    }
    this.gather();
  }

  /** Rules were read again; they mean what they meant. */
  renew(rosters: Rosters): void {
    this.#roster = this.#rosterOf(rosters);
    this.#trace.renew(this.#roster.layout);
  }

  /** Whether any of its watches share anything. */
  get isShared(): boolean {
    return this.#roster.isShared;
  }

  /** Whether these are its watches. */
  isOf(watches: readonly Watch[]): boolean {
    return (
      watches.length === this.watches.length && watches.every((watch, place) => watch === this.watches[place])
    );
  }

  /** Its watches go on by themselves. */
  end(): void {
    for (const watch of this.#members) watch.leave();
  }

  /** Each goes on with a log of its own, until they are gathered again: time does not go on from where it was. */
  part(): void {
    for (const watch of this.#members) {
      watch.progress.stir();
      watch.stream.part();
    }
    this.#log = new Log();
  }

  isCalm(place: number): boolean {
    // A place behind would be taken for one of the first: bits are counted round and round.
    return place < mostCalm && (this.#calm & (1 << place)) !== 0;
  }
  /** Time of the newest reading that those that are calm took in, epoch ms. */
  get calmAt(): number {
    return this.#log.entries[this.#calmEnd - 1 - this.#log.first]?.at ?? Number.NEGATIVE_INFINITY;
  }
  stir(place: number): void {
    this.#calm &= ~(1 << place);
  }
  /** Nothing of it stands or waits after the reading that is being taken in. */
  calm(place: number, stream: Stream): void {
    if (this.#isTaking && place < mostCalm && stream.isIn(this.#log)) this.#calm |= 1 << place;
  }

  /** Takes in a reading that is newer than all before, and before which no timer has to run out. */
  take(observation: Observation, round: Round): void {
    const { at, values } = observation;
    const value = values.get(this.#property);
    if (value === undefined) return;
    if (this.isShared) {
      this.#log.push(observation);
      this.#trace.begin(at, values);
    }
    this.#isTaking = true;
    this.#mayBeDue = round.now === this.#takenAt;
    this.#takenAt = round.now;
    const { loaded } = this.#roster;
    let isLooking = false;
    for (let place = 0; place < loaded.length; place++) {
      const rule = loaded[place];
      if (rule !== undefined && this.isCalm(place)) {
        if (!isLooking) round.judge.look(this.#holder, observation, this.#property, value);
        isLooking = true;
        if (this.#isEnough(place, rule, round.judge)) {
          if (round.isReferred) this.#passOver(place, round);
          continue;
        }
      }
      this.#consider(place, round);
      isLooking = false;
    }
    this.#isTaking = false;
    this.#calmEnd = this.#log.end;
  }

  /** To be called after each message: drops what is too old, and gathers those again that went on by themselves. */
  settle(): void {
    if (!this.isShared) return;
    const stale = staleIn(this.#log, this.#roster.latenessMs);
    if (stale > 0) {
      for (const watch of this.#members) if (watch.stream.isIn(this.#log)) watch.release(stale);
      this.#log.drop(stale);
    }
    if (--this.#untilGathering > 0) return;
    this.#untilGathering = gathersEvery;
    this.gather();
  }

  // The watches of those that are calm are not even loaded.
  #passOver(place: number, round: Round): void {
    const watch = this.watches[place];
    if (watch) round.passOver(watch);
  }
  #consider(place: number, round: Round): void {
    const watch = this.watches[place];
    if (watch) round.consider(watch);
  }

  /** Asks the condition and notes what it says; answers whether that was all there is to do. */
  #isEnough(place: number, { glance, tally }: LoadedRule, judge: Judge): boolean {
    const column = this.#roster.columns[place] ?? 0;
    const trace = this.#trace;
    if (glance === 'heard') {
      // A message of a device that kept its readings for a while has several of them, with a silence between them perhaps.
      if (this.#mayBeDue) return false;
      trace.note(column, heard, undefined);
      tally.glanced(judge.at, false);
      return true;
    }
    const holds = glance === null || judge.glance(glance);
    if (holds === true) return false;
    trace.note(column, holds === false ? quiet : unknown, judge.answers);
    if (holds === undefined) trace.remark(column, judge.whyUnknown);
    tally.glanced(judge.at, holds === undefined);
    return true;
  }

  /** All that can go on with the log of the one that remembers most. */
  gather(): void {
    if (this.#members.every(({ stream }) => stream.isIn(this.#log))) return;
    const members = [...this.#members].sort((a, b) => b.stream.length - a.stream.length);
    for (const { progress } of members) progress.stir();
    this.#log = members[0]?.stream.lend() ?? this.#log;
    for (const { stream } of members) if (!stream.share(this.#log)) stream.part();
  }

  #rosterOf(rosters: Rosters): Roster {
    const loadedOf = (watches: readonly Watch[]) => watches.map(({ loaded }) => loaded);
    return rosters.of(loadedOf(this.watches), loadedOf(this.#members));
  }
}

/** Those that this property alone wakes; of several latenesses those of the first. */
function membersOf(holder: Subject, property: string, watches: readonly Watch[]): readonly Watch[] {
  const able = watches.filter(
    ({ device, loaded }) => device === holder && loaded.glance !== null && loaded.rule.property === property,
  );
  return able.filter(({ rule }) => rule.latenessMs === able[0]?.rule.latenessMs);
}
