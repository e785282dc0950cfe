import type { AlarmTransition } from '#model/alarm.ts';
import type { Told } from '#tests/rules/reference/told.ts';

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
