import { endOfCounted } from '#tests/rules/reference/hours.ts';
import type { Message, Setting } from '#tests/rules/reference/readings.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import type { Board } from '#tests/rules/reference/told.ts';
import type { PlainDevice } from '#tests/rules/reference/village.ts';

export interface Listening {
  readonly rule: RuleTree;
  /** Whose word counts. */
  readonly devices: readonly PlainDevice[];
  readonly board: Board;
  readonly setting: Setting;
  readonly isHeldBack: (at: number) => boolean;
}

const minuteMs = 60_000;

/** A rule with `silent-for` for one key. */
export class Silent {
  readonly listening: Listening;
  readonly #heard: number[] = [];
  /** Since when the silence counts. */
  #since: number;
  #stands = false;
  /** What was held back is asked again after a minute at the earliest. */
  #leastMs = 0;

  constructor(listening: Listening, since: number) {
    this.listening = listening;
    this.#since = since;
  }

  get due(): number | null {
    const { rule, setting } = this.listening;
    const length = this.#length();
    if (this.#stands || length === null) return null;
    return endOfCounted(this.#since, Math.max(length, this.#leastMs), rule.hours, setting.zone);
  }

  fire(): void {
    const at = this.due;
    if (at === null) throw new Error('nothing is due');
    if (this.listening.isHeldBack(at)) {
      this.#since = at;
      this.#leastMs = minuteMs;
    } else {
      this.#stands = true;
      this.listening.board.stands('', at, this.listening.rule.severity);
    }
  }

  hear(message: Message): void {
    if (!this.listening.rule.properties.some((property) => property in message.values)) return;
    if (this.#stands) this.listening.board.ends('', message.at);
    this.#stands = false;
    this.#since = message.at;
    this.#leastMs = 0;
    // What several devices say in one moment is one sign of life.
    if (this.#heard.at(-1) !== message.at) this.#heard.push(message.at);
  }

  /** How long is too long, ms; null: not known yet. */
  #length(): number | null {
    const { rule, devices, setting } = this.listening;
    if (rule.trigger.is !== 'silence') throw new Error('not a silence');
    const { silent } = rule.trigger;
    if (silent !== 'auto') return silent * setting.unitMs;
    const expected = rule.key === 'device' ? devices[0]?.expectEvery : undefined;
    if (expected !== undefined) return 1.05 * Number.parseInt(expected, 10) * minuteMs;
    const last = this.#heard.slice(-50);
    if (last.length < 5) return null;
    const gaps = last.slice(1).map((at, index) => at - (last[index] ?? at));
    return Math.max(Math.round(3 * median(gaps)), 10 * minuteMs);
  }
}

/** The one in the middle, or between the two in the middle. */
function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return (lower + upper) / 2;
}
