import { day } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseDuration } from '#model/duration.ts';
import { learnedDays } from '#rules/engine/habits/diary.ts';
import { whyNotSelected } from '#rules/engine/selection.ts';
import type { Need } from '#rules/language/needs.ts';
import type { Rule, Trigger } from '#rules/language/rule.ts';

/** The days before that `baseline` looks at. */
const baselineDays = 14;
/** A device's own cadence is known after some messages, which a slow one says in days. */
const cadenceMs = 7 * day;
const longestMs = 60 * day;

/**
 * How long before its time a rule has to hear the readings, ms, so that it then stands as if it had always run: windows,
 * waits and silences, one after the other, and a day for what was said last and for alarms that stand already.
 */
export function warmUpMs(rule: Rule, configuration: Configuration): number {
  const windows = Math.max(0, ...rule.needs.map(needMs));
  const wanted = day + windows + triggerMs(rule, configuration) + rule.latenessMs;
  return Math.min(longestMs, wanted);
}

const needMs = (need: Need): number => (need.kind === 'baseline' ? (baselineDays + 1) * day : need.lengthMs);

function triggerMs(rule: Rule, configuration: Configuration): number {
  const { trigger }: { readonly trigger: Trigger } = rule;
  switch (trigger.kind) {
    case 'state':
      return trigger.forMs + trigger.clearForMs;
    case 'event':
      return 0;
    case 'silence':
      if (typeof trigger.silent === 'number') return trigger.silent;
      return Math.max(trigger.silent === 'auto' ? cadenceMs : 0, longestCadenceMs(rule, configuration));
    case 'habit':
      return Math.max(learnedDays * day, trigger.learnMs) + (trigger.mostMs ?? 0);
  }
}

function longestCadenceMs(rule: Rule, configuration: Configuration): number {
  let longest = 0;
  for (const device of configuration.devices()) {
    if (device.expectEvery === undefined || whyNotSelected(rule, device, configuration) !== null) continue;
    longest = Math.max(longest, parseDuration(device.expectEvery) ?? 0);
  }
  return longest * 1.05;
}
