import type { Condition } from '#rules/language/condition.ts';
import type { Rule } from '#rules/language/rule.ts';

/**
 * All that has to be asked of a reading by a rule of which nothing stands and nothing waits: whether the condition holds.
 * `heard`: nothing, it only matters that there is one.
 */
export type Glance = Condition | 'heard';

/** Null: such a rule needs its machine for every reading. */
export function glanceOf({ levels, property, trigger }: Rule): Glance | null {
  if (property === null) return null;
  // What a level asks of the past is told in the trace.
  const isPlain = levels.every(({ when }) => when.needs.length === 0);
  switch (trigger.kind) {
    case 'state':
      return trigger.clear === null && isPlain ? trigger.when : null;
    case 'event':
      return isPlain ? trigger.when : null;
    case 'silence':
      return 'heard';
    case 'habit':
      return null;
  }
}
