import type { Evidence, Severity } from '#model/alarm.ts';
import { epochMs } from '#model/brand.ts';
import { flag, type Observation, type Value } from '#model/reading.ts';
import type { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import type { Hold, Judged, Step, Verdict } from '#rules/engine/machine.ts';
import {
  nothingSaid,
  type Said,
  saidToBeOver,
  saidToHold,
  together,
  verdictOf,
  weightOf,
} from '#rules/engine/said.ts';
import type { Remark } from '#rules/engine/trace-ring.ts';
import type { Condition } from '#rules/language/condition.ts';
import type { Frame } from '#rules/language/frame.ts';
import { isListening, type ListeningTrigger, type Rule, type Trigger } from '#rules/language/rule.ts';

/** What the judge needs of the pair of rule and device. */
export interface Judgeable {
  readonly rule: Rule;
  /** `isTimer`: asked for what runs out at `at`. */
  heldBack(at: number, isTimer?: boolean): Hold | null;
  /** Fills in who the device is and what it said before. */
  fill(frame: Frame): void;
}

/** A trigger that judges conditions. */
type Judging = Exclude<Trigger, ListeningTrigger>;

const nothing: Observation['values'] = new Map();

/**
 * Judges one observation by one rule. One instance is used for all, one at a time: what it says holds until the next
 * call.
 */
export class Judge implements Judged {
  at = 0;
  measuredAt = 0;
  verdict: Verdict = 'unknown';
  severity: Severity | null = null;
  receivedLate = false;
  /** After `unknown`: what was missing. */
  whyUnknown = '';
  values: Observation['values'] = nothing;
  /** What its conditions asked of the past. */
  readonly answers: AnswerSheet;
  readonly #frame: Frame;
  #subject: Judgeable | undefined;
  /** The property whose reading decided, and its value. */
  #property = '';
  #value: Value = false;
  /** What the reading that was judged last lacked. */
  #lacking = '';

  constructor(frame: Frame, answers: AnswerSheet) {
    this.#frame = frame;
    this.answers = answers;
  }

  /** A moment without a reading: a timer runs out. */
  moment(subject: Judgeable, at: number): this {
    this.#subject = subject;
    this.at = at;
    this.measuredAt = at;
    this.receivedLate = false;
    this.values = nothing;
    this.answers.begin();
    return this;
  }

  /**
   * `at`: the time that counts, never before the moment before. `judged`: those of the message's readings that are
   * judged; the others are there to be looked at.
   */
  reading(subject: Judgeable, observation: Observation, at: number, judged = observation.values): this {
    this.#subject = subject;
    this.at = at;
    this.measuredAt = observation.at;
    this.receivedLate = (observation.flags & flag.receivedLate) !== 0;
    this.values = observation.values;
    this.severity = subject.rule.severity;
    this.answers.begin();
    const { trigger } = subject.rule;
    if (isListening(trigger)) {
      this.verdict = 'holds';
      return this;
    }
    subject.fill(this.#frame);
    this.#frame.values = observation.values;
    this.#frame.atMs = observation.at;
    this.#judgeAll(subject.rule, judged);
    return this;
  }

  /** Begins to look at one reading of a message, for `glance`. */
  look(subject: Pick<Judgeable, 'fill'>, { at, values }: Observation, property: string, value: Value): void {
    const frame = this.#frame;
    this.at = at;
    subject.fill(frame);
    frame.values = values;
    frame.atMs = at;
    frame.property = property;
    frame.value = value;
  }

  /** Whether the condition holds for what is looked at; undefined: unknown, and `whyUnknown` says why. */
  glance(when: Condition): boolean | undefined {
    this.answers.begin();
    const holds = when.judge(this.#frame);
    if (holds === undefined) this.whyUnknown = when.whyUnknown();
    return holds;
  }

  heldBack(): Hold | null {
    return this.#subject?.heldBack(this.at, this.values === nothing) ?? null;
  }

  evidence(): readonly Evidence[] {
    const subject = this.#subject;
    if (!subject) return [];
    const { rule } = subject;
    const at = this.measuredAt;
    if (this.values !== nothing && !isListening(rule.trigger)) {
      const decided = { property: this.#property, value: this.#value, at: epochMs(at) };
      return [
        decided,
        ...this.#lookedUp(
          rule.references.filter((name) => name !== this.#property),
          at,
        ),
      ];
    }
    subject.fill(this.#frame);
    return this.#lookedUp([...rule.properties], at);
  }

  #lookedUp(properties: readonly string[], at: number): readonly Evidence[] {
    const { past } = this.#frame;
    return properties.flatMap((property) => {
      const value = past.valueAt(property, at);
      const since = past.timeAt(property, at);
      return value === undefined || since === undefined ? [] : [{ property, value, at: epochMs(since) }];
    });
  }

  /** Each reading of the message that wakes the rule is judged: one that holds is enough; all must agree to clear. */
  #judgeAll(rule: Rule, judged: Observation['values']): void {
    const { trigger } = rule;
    if (isListening(trigger)) return;
    let said: Said | undefined;
    if (rule.property === null) said = this.#judgeEach(rule, trigger, judged);
    else {
      const value = judged.get(rule.property);
      if (value !== undefined) said = this.#judgeValue(rule.property, value, trigger);
    }
    this.verdict = said === undefined ? 'unknown' : verdictOf(said);
    if (rule.levels.length > 0 && said !== undefined) this.#judgeLevels(rule);
  }

  #judgeEach(rule: Rule, trigger: Judging, judged: Observation['values']): Said | undefined {
    let said: Said | undefined;
    for (const [property, value] of judged) {
      if (!rule.properties.has(property)) continue;
      said = this.#judgeValue(property, value, trigger, said);
      if (said.holds === true) break;
    }
    return said;
  }

  /** With what was said by the other readings of the message before. */
  #judgeValue(property: string, value: Value, trigger: Judging, before?: Said): Said {
    this.#frame.property = property;
    this.#frame.value = value;
    const next = this.#judgeOne(trigger);
    if (before === undefined || weightOf(next) > weightOf(before)) {
      this.#property = property;
      this.#value = value;
      this.whyUnknown = this.#lacking;
    }
    return before === undefined ? next : together(before, next);
  }

  #judgeOne(trigger: Judging): Said {
    const { when } = trigger;
    const clear = trigger.kind === 'state' ? trigger.clear : null;
    const holds = when.judge(this.#frame);
    if (holds === undefined) this.#lacking = when.whyUnknown();
    if (holds === true) return saidToHold;
    if (clear === null) return holds === false ? saidToBeOver : nothingSaid;
    const isClear = clear.judge(this.#frame);
    if (isClear === undefined && holds !== undefined) this.#lacking = clear.whyUnknown();
    return { holds, isClear };
  }

  #judgeLevels(rule: Rule): void {
    this.#frame.property = this.#property;
    this.#frame.value = this.#value;
    let isSure = true;
    for (const level of rule.levels) {
      const fits = level.when.judge(this.#frame);
      if (fits === true) {
        this.severity = level.severity;
        return;
      }
      if (fits === undefined) isSure = false;
    }
    if (!isSure) this.severity = null;
  }
}

/** What the trace says beside the outcome of a step; null: nothing. */
export function remarkOn({ because, outcome, state }: Step, judge: Judge): Remark | null {
  if (because) return { ...because, text: `: ${because.text}` };
  switch (outcome) {
    case 'unknown':
      return judge.whyUnknown;
    case 'severity-changed':
      return state.severity;
    case 'held-back': {
      const hold = judge.heldBack();
      return hold?.by === 'mode' ? `mode ${hold.mode}` : 'outside the active hours';
    }
    default:
      return null;
  }
}
