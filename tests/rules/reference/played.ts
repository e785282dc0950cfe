import type { AlarmTransition } from '#model/alarm.ts';
import { type DeviceId, epochMs, position, type RuleId } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { ruleSource } from '#tests/rules/reference/rule-text.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import { arrivalOf, type Say, type Trouble } from '#tests/rules/reference/step.ts';
import { devices, put, remove, village } from '#tests/rules/reference/village.ts';

/** What a player is made of. */
interface Played {
  readonly rules: readonly RuleTree[];
  readonly unitMs: number;
  readonly zone: string;
}

/** So small that the few readings of a case fill several pieces. */
const pieceSizes = { least: 3, length: 2 };

/** Lets an engine live through steps, one inbox record for each. */
export class Player {
  readonly engine: RuleEngine;
  readonly #configuration: Configuration;
  readonly #played: Played;
  #rules: readonly RuleTree[];
  #record = 0;
  #now = 0;

  /** `kept`: what snapshots have of the `past` that this engine has not lived through itself. */
  constructor(played: Played, past: readonly Trouble[] = [], kept: ReadonlyMap<string, string> = new Map()) {
    this.#played = played;
    this.#rules = played.rules;
    this.#configuration = village(played.zone);
    for (const step of past) {
      this.#record++;
      this.#now = arrivalOf(step);
      this.#configure(step);
    }
    this.engine = new RuleEngine({ configuration: this.#configuration, pieceSizes });
    this.engine.restore(kept);
    if (this.#setRules().length > 0) throw new Error('beginning is no reason to say anything');
  }

  /** What is wrong with the rules as the engine has them. */
  get problems(): readonly string[] {
    return this.engine
      .status()
      .flatMap(({ problems }) => problems.map(({ path, message }) => `${path}: ${message}`));
  }

  /** As JSON. */
  trace(rule: string, device: string): string {
    return JSON.stringify(this.engine.trace(rule as RuleId, device as DeviceId));
  }

  take(step: Trouble): readonly AlarmTransition[] {
    const { engine } = this;
    const record = position(++this.#record);
    const now = epochMs(arrivalOf(step));
    if (step.does === 'down') engine.downtime(epochMs(this.#now), now);
    this.#now = now;
    const due = engine.advance(now, record);
    this.#configure(step);
    switch (step.does) {
      case 'say':
        return [...due, ...engine.observe(observation(step, this.#record))];
      case 'mode':
      case 'move':
        return [...due, ...engine.configurationChanged()];
      case 'rewrite':
        return [...due, ...this.#setRules()];
      case 'pass':
      case 'down':
        return due;
    }
  }

  #setRules(): readonly AlarmTransition[] {
    const { unitMs } = this.#played;
    return this.engine.setRules(
      this.#rules.map((rule) => ({ id: rule.id, version: 1, source: ruleSource(rule, unitMs) })),
    );
  }

  #configure(step: Trouble): void {
    if (step.does === 'rewrite') this.#rules = step.rules;
    const change = changeOf(step);
    if (change) this.#configuration.apply(change);
  }
}

const observation = ({ device, at, arrives, flags = 0, values }: Say, record: number) => ({
  device: device as DeviceId,
  at: epochMs(at),
  receivedAt: epochMs(arrives),
  flags,
  position: position(record),
  values: new Map(Object.entries(values)),
});

function changeOf(step: Trouble): ResourceChange | undefined {
  if (step.does === 'mode') {
    const { target, mode, isOn, until } = step;
    const id = `${target} ${mode}`;
    const body = { id, target, mode, ...(until !== null && { until: new Date(until).toISOString() }) };
    return isOn ? put('mode', body) : remove('mode', id);
  }
  if (step.does !== 'move') return undefined;
  const device = devices.find(({ id }) => id === step.device);
  if (!device || step.place === null) return remove('device', step.device);
  return put('device', { ...device, place: step.place } as { id: string });
}
