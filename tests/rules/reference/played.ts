import type { AlarmTransition } from '#model/alarm.ts';
import { type DeviceId, epochMs, position } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { RuleEngine } from '#rules/engine/engine.ts';
import { ruleSource } from '#tests/rules/reference/rule-text.ts';
import type { RuleTree } from '#tests/rules/reference/rule-tree.ts';
import type { Step } from '#tests/rules/reference/step.ts';
import type { Told } from '#tests/rules/reference/told.ts';
import { put, remove, village } from '#tests/rules/reference/village.ts';

/** What the engine says of a stream, one list for each step. */
export class Player {
  readonly configuration: Configuration;
  readonly engine: RuleEngine;
  #position = 0;

  constructor(rules: readonly RuleTree[], unitMs: number, zone: string) {
    this.configuration = village(zone);
    this.engine = new RuleEngine({ configuration: this.configuration });
    this.engine.setRules(
      rules.map((rule) => ({ id: rule.id, version: 1, source: ruleSource(rule, unitMs) })),
    );
  }

  /** What is wrong with the rules as the engine has them. */
  get problems(): readonly string[] {
    return this.engine
      .status()
      .flatMap(({ problems }) => problems.map(({ path, message }) => `${path}: ${message}`));
  }

  take(step: Step): readonly AlarmTransition[] {
    const now = epochMs(step.does === 'say' ? step.arrives : step.at);
    const record = position(++this.#position);
    const due = this.engine.advance(now, record);
    switch (step.does) {
      case 'say':
        return [
          ...due,
          ...this.engine.observe({
            device: step.device as DeviceId,
            at: epochMs(step.at),
            receivedAt: now,
            flags: 0,
            position: record,
            values: new Map(Object.entries(step.values)),
          }),
        ];
      case 'mode': {
        const { target, mode, isOn, until } = step;
        const id = `${target} ${mode}`;
        const body = { id, target, mode, ...(until !== null && { until: new Date(until).toISOString() }) };
        this.configuration.apply(isOn ? put('mode', body) : remove('mode', id));
        return [...due, ...this.engine.configurationChanged()];
      }
      case 'pass':
        return due;
    }
  }
}

/** An alarm as it was told, and whether it was taken back. */
export interface Heard extends Told {
  isRevised: boolean;
}

/** The alarms that the transitions tell of, in the order in which they were raised. */
export function heard(transitions: readonly AlarmTransition[]): readonly Heard[] {
  const all = new Map<string, Heard>();
  for (const transition of transitions) {
    if (transition.type === 'verify') continue;
    if (transition.type === 'raised') {
      const { id, rule, key, device, startedAt, clearedAt, severity } = transition.alarm;
      if (all.has(id)) throw new Error(`${id} is raised twice`);
      all.set(id, {
        rule,
        key,
        device,
        from: startedAt,
        to: clearedAt ?? null,
        severities: [[startedAt, severity]],
        isRevised: false,
      });
      continue;
    }
    const alarm = all.get(transition.alarm);
    if (!alarm) throw new Error(`${transition.type} of an alarm that was never raised`);
    if (transition.type === 'severity') alarm.severities.push([transition.at, transition.severity]);
    else if (transition.type === 'revised') alarm.isRevised = true;
    else if (alarm.to === null) alarm.to = transition.at;
    else throw new Error(`${transition.alarm} is cleared twice`);
  }
  return [...all.values()];
}
