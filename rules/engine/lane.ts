import type { Observation } from '#model/reading.ts';
import type { Judge } from '#rules/engine/judge.ts';
import { Log } from '#rules/engine/log.ts';
import { staleIn } from '#rules/engine/stream.ts';
import type { LoadedRule, Subject } from '#rules/engine/subject.ts';
import { codeOf } from '#rules/engine/trace-outcome.ts';
import { TraceRing } from '#rules/engine/trace-ring.ts';
import type { Watch } from '#rules/engine/watch.ts';

/** Whether rules that went on by themselves can share a log again is looked at once in so many readings. */
const gathersEvery = 64;

const quiet = codeOf('quiet');
const heard = codeOf('heard');
const unknown = codeOf('unknown');

/** What becomes of the rules that one message wakes. */
export interface Round {
  readonly judge: Judge;
  /** The message says something that some of the rules look up, too. */
  readonly isReferred: boolean;
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
  readonly watches: readonly Watch[];
  /** Time of the newest reading that those that are calm took in, epoch ms. */
  calmAt = Number.NEGATIVE_INFINITY;
  readonly #holder: Subject;
  readonly #property: string;
  readonly #members: readonly Watch[];
  /** By the places of the watches: in the ring of traces; −1: it does not share. */
  readonly #rows: readonly number[];
  readonly #trace: TraceRing;
  readonly #calm: boolean[];
  #loaded: readonly LoadedRule[] = [];
  #log = new Log();
  #isTaking = false;
  #untilGathering = gathersEvery;

  constructor(holder: Subject, property: string, watches: readonly Watch[]) {
    this.#holder = holder;
    this.#property = property;
    this.watches = watches;
    const members = membersOf(holder, property, watches);
    this.#members = members;
    this.#rows = watches.map((watch) => members.indexOf(watch));
    this.#calm = watches.map(() => false);
    this.#trace = new TraceRing(
      members.map(({ rule }) => rule.needs),
      Math.max(0, ...members.map(({ trace }) => trace.order)) + 1,
    );
    for (const [row, watch] of members.entries()) {
      watch.join(this, watches.indexOf(watch));
      watch.trace.share(this.#trace, row);
    }
    this.#gather();
    this.renew();
  }

  /** Rules were read again; they mean what they meant. */
  renew(): void {
    this.#loaded = this.watches.map(({ loaded }) => loaded);
  }

  /** Whether any of its watches share anything. */
  get isShared(): boolean {
    return this.#members.length > 0;
  }

  /** Its watches go on by themselves. */
  end(): void {
    for (const watch of this.#members) watch.leave();
  }

  /** Whether these are its watches. */
  isOf(watches: readonly Watch[]): boolean {
    return (
      watches.length === this.watches.length && watches.every((watch, place) => watch === this.watches[place])
    );
  }

  /** Time of the newest reading in the log, epoch ms. */
  get newestAt(): number {
    return this.#log.newestAt;
  }

  isCalm(place: number): boolean {
    return this.#calm[place] === true;
  }
  stir(place: number): void {
    this.#calm[place] = false;
  }
  /** Nothing of it stands or waits after the reading that is being taken in. */
  calm(place: number, watch: Watch): void {
    if (this.#isTaking && watch.stream.isIn(this.#log)) this.#calm[place] = true;
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
    let isLooking = false;
    for (let place = 0; place < this.watches.length; place++) {
      const loaded = this.#loaded[place];
      const watch = this.watches[place];
      if (loaded === undefined || watch === undefined) continue;
      if (this.#calm[place] === true) {
        if (!isLooking) round.judge.look(this.#holder, observation, this.#property, value);
        isLooking = true;
        if (this.#isEnough(place, loaded, { at, judge: round.judge })) {
          if (round.isReferred) round.passOver(watch);
          continue;
        }
      }
      round.consider(watch);
      isLooking = false;
    }
    this.#isTaking = false;
    this.calmAt = at;
  }

  /** To be called after each message: drops what is too old, and gathers those again that went on by themselves. */
  settle(): void {
    const [first] = this.#members;
    if (!first) return;
    const stale = staleIn(this.#log, first.rule.latenessMs);
    if (stale > 0) {
      for (const watch of this.#members) if (watch.stream.isIn(this.#log)) watch.release(stale);
      this.#log.drop(stale);
    }
    if (--this.#untilGathering > 0) return;
    this.#untilGathering = gathersEvery;
    this.#gather();
  }

  /** Asks the condition and notes what it says; answers whether that was all there is to do. */
  #isEnough(
    place: number,
    { glance, tally }: LoadedRule,
    { at, judge }: { at: number; judge: Judge },
  ): boolean {
    const row = this.#rows[place] ?? 0;
    if (glance === 'heard') {
      tally.note('heard', at);
      this.#trace.note(row, heard, undefined);
      return true;
    }
    const holds = glance === null || judge.glance(glance);
    if (holds === true) return false;
    tally.note(holds === false ? 'quiet' : 'unknown', at);
    this.#trace.note(row, holds === false ? quiet : unknown, judge.answers);
    if (holds === undefined) this.#trace.remark(row, judge.whyUnknown);
    return true;
  }

  /** All that can go on with the log of the one that remembers most. */
  #gather(): void {
    if (this.#members.every(({ stream }) => stream.isIn(this.#log))) return;
    const members = [...this.#members].sort((a, b) => b.stream.length - a.stream.length);
    for (const watch of members) watch.stir();
    this.#log = members[0]?.stream.lend() ?? this.#log;
    for (const { stream } of members) if (!stream.share(this.#log)) stream.part();
  }
}

/** Those that this property alone wakes; of several latenesses those of the first. */
function membersOf(holder: Subject, property: string, watches: readonly Watch[]): readonly Watch[] {
  const able = watches.filter(
    ({ device, loaded }) => device === holder && loaded.glance !== null && loaded.rule.property === property,
  );
  return able.filter(({ rule }) => rule.latenessMs === able[0]?.rule.latenessMs);
}
