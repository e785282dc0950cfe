import type { Severity } from '#model/alarm.ts';
import type { Value } from '#model/reading.ts';
import { all, any, not, type Truth, truthOf } from '#tests/rules/reference/conditions.ts';
import type { Message, Moment, Setting } from '#tests/rules/reference/readings.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import type { Board } from '#tests/rules/reference/told.ts';
import type { PlainDevice } from '#tests/rules/reference/village.ts';

/** What stays the same about a rule with `when` and one device (and one credential). */
export interface Judging {
  readonly rule: RuleTree;
  readonly device: PlainDevice;
  readonly credential: Value | null;
  readonly board: Board;
  readonly setting: Setting;
  readonly isHeldBack: (at: number) => boolean;
}

const minuteMs = 60_000;

/** What one reading of a message says. */
interface Look {
  readonly moment: Moment;
  readonly holds: Truth;
  readonly isClear: Truth;
}

/**
 * By the reading that holds, else by the first that says most against the end: the first level that holds, else the
 * rule's own severity; null where a level is unknown and none holds.
 */
function severityOf(looks: readonly Look[], rule: RuleTree, setting: Setting): Severity | null {
  const { moment } = looks.find(({ holds }) => holds === true) ??
    looks.find(({ isClear }) => isClear === false) ??
    looks.find(({ isClear }) => isClear === undefined) ??
    looks[0] ?? { moment: undefined };
  if (!moment) return null;
  const truths = rule.levels.map(({ when }) => truthOf(when, moment, setting));
  const first = rule.levels[truths.indexOf(true)];
  if (first) return first.severity;
  return truths.includes(undefined) ? null : rule.severity;
}

/** A rule with `when` for one device: idle, waiting for `for`, standing, or waiting for `clear-for`. */
export class Judged {
  readonly judging: Judging;
  #phase: 'idle' | 'waiting' | 'standing' | 'clearing' = 'idle';
  /** When what is waited for comes. */
  due: number | null = null;
  /** `for` ran out, and a mode or the hour held it back. */
  #isOverdue = false;
  #severity: Severity;

  constructor(judging: Judging) {
    this.judging = judging;
    this.#severity = judging.rule.severity;
  }

  /** `due` has come. */
  fire(): void {
    const { rule, isHeldBack, setting } = this.judging;
    const at = this.due;
    if (at === null || rule.trigger.is !== 'state') throw new Error('nothing is due');
    if (this.#phase === 'clearing') this.#end(at);
    else if (isHeldBack(at)) {
      this.#isOverdue = true;
      this.due = at + Math.max(rule.trigger.for * setting.unitMs, minuteMs);
    } else this.#begin(at);
  }

  hear(message: Message): void {
    const { rule, credential, setting, isHeldBack, board, device } = this.judging;
    const { trigger } = rule;
    const looks = Object.keys(message.values)
      .filter((property) => rule.properties.includes(property))
      .map((property) => this.#look({ message, property, credential }));
    if (looks.length === 0) return;
    const holds = any(looks.map((look) => look.holds));
    if (trigger.is === 'state') {
      // What holds is not over, whatever `clear` says.
      const isClear = holds === true ? false : all(looks.map((look) => look.isClear));
      this.#judge(message.at, { holds, isClear, severity: severityOf(looks, rule, setting) });
    } else if (holds === true && !isHeldBack(message.at))
      board.happens(device.id, message.at, severityOf(looks, rule, setting) ?? rule.severity);
  }

  #look(moment: Moment): Look {
    const { rule, setting } = this.judging;
    const { trigger } = rule;
    if (trigger.is === 'silence') throw new Error('not judged');
    const holds = truthOf(trigger.when, moment, setting);
    const clear = trigger.is === 'state' ? trigger.clear : null;
    return { moment, holds, isClear: clear ? truthOf(clear, moment, setting) : not(holds) };
  }

  #judge(
    at: number,
    { holds, isClear, severity }: { holds: Truth; isClear: Truth; severity: Severity | null },
  ): void {
    const { rule, setting } = this.judging;
    const { trigger } = rule;
    if (trigger.is !== 'state') throw new Error('not judged');
    if (this.#phase === 'idle' || this.#phase === 'waiting') {
      if (holds === false || isClear === true) this.#rest();
      if (holds === true) this.#hold(at, trigger.for * setting.unitMs, severity ?? rule.severity);
    } else if (isClear === true && trigger.clearFor === 0) this.#end(at);
    else if (isClear === true && this.#phase === 'standing') {
      this.#phase = 'clearing';
      this.due = at + trigger.clearFor * setting.unitMs;
    } else if (isClear === false) this.#stand(at, severity);
  }

  /** It holds, and no alarm stands. */
  #hold(at: number, forMs: number, severity: Severity): void {
    this.#severity = severity;
    if (this.#phase === 'idle' && forMs > 0) {
      this.#phase = 'waiting';
      this.due = at + forMs;
    } else if ((forMs === 0 || this.#isOverdue) && !this.judging.isHeldBack(at)) this.#begin(at);
  }

  /** It is not over, and an alarm stands. */
  #stand(at: number, severity: Severity | null): void {
    this.#phase = 'standing';
    this.due = null;
    if (severity === null || severity === this.#severity) return;
    this.#severity = severity;
    this.judging.board.stands(this.judging.device.id, at, severity);
  }

  #begin(at: number): void {
    this.#phase = 'standing';
    this.due = null;
    this.#isOverdue = false;
    this.judging.board.stands(this.judging.device.id, at, this.#severity);
  }

  #end(at: number): void {
    this.#rest();
    this.judging.board.ends(this.judging.device.id, at);
  }

  #rest(): void {
    this.#phase = 'idle';
    this.due = null;
    this.#isOverdue = false;
  }
}
