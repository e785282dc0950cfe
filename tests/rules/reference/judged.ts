import type { Severity } from '#model/alarm.ts';
import type { Value } from '#model/reading.ts';
import { all, any, type Truth, truthOf } from '#tests/rules/reference/conditions.ts';
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
    const { rule, credential, setting } = this.judging;
    const moments = rule.properties
      .filter((property) => property in message.values)
      .map((property): Moment => ({ message, property, credential }));
    if (moments.length === 0) return;
    const { trigger } = rule;
    if (trigger.is === 'silence') throw new Error('not judged');
    const whens = moments.map((moment) => truthOf(trigger.when, moment, setting));
    const severity = this.#rated(moments, whens);
    if (trigger.is === 'event') {
      if (whens.includes(true) && !this.judging.isHeldBack(message.at))
        this.judging.board.happens(this.judging.device.id, message.at, severity);
      return;
    }
    const { clear } = trigger;
    const clears = clear
      ? moments.map((moment) => truthOf(clear, moment, setting))
      : whens.map((when) => (when === undefined ? when : !when));
    // What holds is not over, whatever `clear` says.
    const isClear = whens.includes(true) ? false : all(clears);
    this.#judge(message.at, { holds: any(whens), isClear, severity });
  }

  #judge(
    at: number,
    { holds, isClear, severity }: { holds: Truth; isClear: Truth; severity: Severity },
  ): void {
    const { trigger } = this.judging.rule;
    if (trigger.is !== 'state') throw new Error('not judged');
    const { unitMs } = this.judging.setting;
    if (this.#phase === 'idle' || this.#phase === 'waiting') {
      this.#severity = severity;
      if (holds === false) this.#rest();
      if (holds !== true) return;
      if (this.#phase === 'idle' && trigger.for > 0) {
        this.#phase = 'waiting';
        this.due = at + trigger.for * unitMs;
      } else if ((trigger.for === 0 || this.#isOverdue) && !this.judging.isHeldBack(at)) this.#begin(at);
      return;
    }
    if (isClear === true && trigger.clearFor === 0) return this.#end(at);
    if (isClear !== true && severity !== this.#severity) {
      this.#severity = severity;
      this.judging.board.stands(this.judging.device.id, at, severity);
    }
    if (isClear === true && this.#phase === 'standing') {
      this.#phase = 'clearing';
      this.due = at + trigger.clearFor * unitMs;
    }
    if (isClear === false) {
      this.#phase = 'standing';
      this.due = null;
    }
  }

  /** The first level that holds, else the rule's own severity. */
  #rated(moments: readonly Moment[], whens: readonly Truth[]): Severity {
    const { rule, setting } = this.judging;
    const moment = moments[Math.max(0, whens.indexOf(true))] ?? moments[0];
    const level = rule.levels.find(({ when }) => moment && truthOf(when, moment, setting) === true);
    return level?.severity ?? rule.severity;
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
