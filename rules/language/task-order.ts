import type { TaskOrder, TaskTemplate } from '#model/rule.ts';
import type { LocalText } from '#model/text.ts';
import type { Durations } from '#rules/language/durations.ts';

/** A bare string counts for both languages. */
export const localText = (text: string | LocalText): LocalText =>
  typeof text === 'string' ? { zh: text, en: text } : text;

/** The `task` of a rule with its durations read. */
export function readTaskOrder(template: TaskTemplate, durations: Durations): TaskOrder {
  return {
    title: localText(template.title),
    to: template.to,
    also: template.also ?? [],
    acceptWithinMs: durations.optional(['task', 'acceptWithin'], template.acceptWithin),
    handleWithinMs: durations.optional(['task', 'handleWithin'], template.handleWithin),
    join: template.join
      ? {
          by: template.join.by,
          withinMs: durations.read(['task', 'join', 'within'], template.join.within),
        }
      : null,
    reRaiseMs: durations.optional(['task', 'reRaise'], template.reRaise),
    checklist: (template.checklist ?? []).map((entry) => localText(entry)),
    skills: template.skills ?? [],
    ...(template.ladder === undefined ? {} : { ladder: template.ladder }),
    escalate: (template.escalate ?? []).map((step, index) => ({
      afterMs: durations.read(['task', 'escalate', String(index), 'after'], step.after),
      to: step.to,
    })),
  };
}
