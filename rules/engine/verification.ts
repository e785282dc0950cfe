import { epochMs, position } from '#model/brand.ts';
import type { Observation, Value } from '#model/reading.ts';
import type { Judge, Judgeable } from '#rules/engine/judge.ts';
import type { Told } from '#rules/engine/reconcile.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { Subject } from '#rules/engine/subject.ts';
import type { Trace } from '#rules/engine/trace.ts';
import { isListening } from '#rules/language/rule.ts';

/** A danger that was told from retained state. */
export interface StateDanger {
  readonly property: string;
  /** Time of the state, epoch ms. */
  readonly at: number;
  /** A reading of then or later, live or state, did not say danger. */
  readonly isOver: boolean;
}

/** The rule and device whose state it is. */
interface Owner extends Judgeable {
  readonly version: number;
  readonly device: Subject;
  readonly book: { readonly open: Told | undefined };
  readonly trace: Trace;
  /** The key that its alarms have. */
  readonly alarmKey: string;
}

/**
 * What the retained state of a gateway says to one rule for one device: no alarm and no reading, but a danger that is
 * news has to be verified by somebody. Newest of each property is kept, so that a reconnect tells it only once.
 */
export class Verification {
  dangers: readonly StateDanger[] = [];
  readonly #owner: Owner;
  readonly #judge: Judge;

  constructor(owner: Owner, judge: Judge) {
    this.#owner = owner;
    this.#judge = judge;
  }

  /** Takes a state in. Answers whether that is to be remembered. */
  take(observation: Observation, sink: Sink): boolean {
    const { rule, trace } = this.#owner;
    if (isListening(rule.trigger)) {
      trace.note('state-only', observation, 'no sign of life');
      return false;
    }
    const before = this.dangers;
    let whyUnknown: string | undefined;
    const told: [string, Value][] = [];
    for (const [property, value] of observation.values) {
      if (!rule.properties.has(property)) continue;
      const { verdict } = this.#judgeOne(observation, property, value);
      if (verdict === 'holds') told.push([property, value]);
      else if (verdict === 'unknown') whyUnknown ??= this.#judge.whyUnknown;
      else this.#end(property, observation.at);
    }
    if (told.length > 0) this.#tell(observation, told, sink);
    else if (whyUnknown === undefined) trace.note('state-only', observation, 'no danger');
    else trace.note('state-only', observation, `unknown: ${whyUnknown}`);
    return this.dangers !== before;
  }

  /** A live reading: one that does not say danger ends what state said before it. */
  hear(observation: Observation): void {
    for (const { property, isOver } of this.dangers) {
      const value = observation.values.get(property);
      if (isOver || value === undefined) continue;
      const { verdict } = this.#judgeOne(observation, property, value);
      if (verdict === 'clears' || verdict === 'neither' || verdict === 'lapses')
        this.#end(property, observation.at);
    }
  }

  /** The clock was set back: nothing was told later than `at`. */
  setBack(at: number): void {
    if (this.dangers.some((danger) => danger.at > at))
      this.dangers = this.dangers.map((danger) => ({ ...danger, at: Math.min(danger.at, at) }));
  }

  #tell(observation: Observation, said: readonly (readonly [string, Value])[], sink: Sink): void {
    const { rule, trace } = this.#owner;
    const hold = this.#owner.heldBack(observation.at);
    if (rule.shadow) trace.note('state-only', observation, 'the rule is on trial');
    else if (rule.task === null) trace.note('state-only', observation, 'the rule wants no task');
    else if (this.#owner.book.open) trace.note('state-only', observation, 'known already: the alarm stands');
    else if (hold)
      trace.note(
        'held-back',
        observation,
        hold.by === 'mode' ? `mode ${hold.mode}` : 'outside the active hours',
      );
    else {
      const news = said.filter(([property]) => !this.#isKnown(observation, property));
      const [first] = news;
      if (!first) {
        trace.note('state-only', observation, 'known already');
        return;
      }
      this.#judgeOne(observation, ...first);
      this.#emit(observation, sink);
      for (const [property] of news) this.#keep({ property, at: observation.at, isOver: false });
      trace.note('to-verify', observation);
    }
  }

  /** Told from state before, or said by the newest live reading. */
  #isKnown(observation: Observation, property: string): boolean {
    const told = this.dangers.find((danger) => danger.property === property);
    if (told && (!told.isOver || told.at === observation.at)) return true;
    const { device } = this.#owner;
    const at = device.timeAt(property, Number.POSITIVE_INFINITY);
    const value = device.valueAt(property, Number.POSITIVE_INFINITY);
    if (at === undefined || value === undefined) return false;
    const values = new Map(
      [...observation.values.keys()].flatMap((name) => {
        const newest = device.valueAt(name, Number.POSITIVE_INFINITY);
        return newest === undefined ? [] : [[name, newest] as const];
      }),
    );
    const live = { ...observation, at: epochMs(at), flags: 0, values };
    return this.#judgeOne(live, property, value).verdict === 'holds';
  }

  #judgeOne(observation: Observation, property: string, value: Value): Judge {
    return this.#judge.reading(this.#owner, observation, observation.at, new Map([[property, value]]));
  }

  #end(property: string, at: number): void {
    const told = this.dangers.find((danger) => danger.property === property);
    if (told && !told.isOver && at >= told.at) this.#keep({ ...told, isOver: true });
  }

  #keep(danger: StateDanger): void {
    this.dangers = [...this.dangers.filter(({ property }) => property !== danger.property), danger];
  }

  /** As the judge has just found it. */
  #emit({ at }: Observation, sink: Sink): void {
    const { rule, version, device } = this.#owner;
    const { id, place, resident } = device.device;
    sink.transitions.push({
      type: 'verify',
      rule: rule.id,
      ruleVersion: version,
      key: this.#owner.alarmKey,
      device: id,
      place,
      ...(resident === undefined ? {} : { resident }),
      category: rule.category,
      severity: this.#judge.severity ?? rule.severity,
      lifeSafety: rule.lifeSafety,
      at,
      evidence: this.#judge.evidence(),
      position: position(sink.position),
    });
  }
}
