import { durationMs, type EpochMs, epochMs, type Position, position } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { formatDuration } from '#model/duration.ts';
import type { Observation } from '#model/reading.ts';
import { Episodes } from '#rules/backtest/episodes.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import type { StoredRule } from '#rules/engine/rule-set.ts';

/** The engine that runs live, led through the past on the clock of the data. */
export class Course {
  readonly episodes: Episodes;
  readonly #engine: RuleEngine;
  #now = Number.NEGATIVE_INFINITY;
  #position = 0;

  /** Alarms that begin before `from` are not told. */
  constructor(configuration: Configuration, from: EpochMs) {
    this.#engine = new RuleEngine({ configuration });
    this.episodes = new Episodes(from);
  }

  get now(): number {
    return this.#now;
  }
  get hasBegun(): boolean {
    return Number.isFinite(this.#now);
  }

  /** Counts as the inbox counts records. */
  nextPosition(): Position {
    this.#position += 1;
    return position(this.#position);
  }

  /** `keptMs`: how late readings may be that are kept for look-ups: the longest lateness of all rules in force. */
  begin(rule: StoredRule, { at, keptMs }: { readonly at: EpochMs; readonly keptMs: number }): void {
    this.#engine.setRules([rule, keeper(rule.id === 'a' ? 'b' : 'a', keptMs)]);
    this.reach(at);
  }

  /** Time passes; as on the platform's timeline, what falls due on the way happens at its own time. */
  reach(to: EpochMs): void {
    if (to <= this.#now) return;
    const engine = this.#engine;
    const at = position(this.#position);
    for (let due = engine.nextDue(to); due !== undefined && due <= to; due = engine.nextDue(to)) {
      this.#now = Math.max(due, this.#now);
      this.episodes.take(engine.advance(epochMs(this.#now), at));
    }
    this.#now = to;
    this.episodes.take(engine.advance(to, at));
  }

  observe(observation: Observation): void {
    this.episodes.take(this.#engine.observe(observation));
  }

  configurationChanged(): void {
    this.episodes.take(this.#engine.configurationChanged());
  }

  /** To be called before time passes over it. */
  downtime({ from, to }: Downtime): void {
    if (to > this.#now) this.#engine.downtime(epochMs(Math.max(from, this.#now)), epochMs(to));
  }
}

/** Judges nobody: it is there for its lateness. */
const keeper = (id: string, keptMs: number): StoredRule => ({
  id,
  version: 0,
  source: {
    id,
    enabled: false,
    category: 'other',
    severity: 'warning',
    property: 'battery',
    when: 'value < 1',
    lateness: formatDuration(durationMs(keptMs)),
  },
});
