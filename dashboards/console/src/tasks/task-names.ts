import type { Task } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { useNames } from '../queries/names.ts';

export interface TaskNames {
  readonly place: (id: string) => string;
  readonly device: (id: string) => string;
  readonly actor: (id: string) => string;
}

const noNames: ReadonlyMap<string, string> = new Map();

/** How places and people are called as a task itself tells it, so that a volunteer reads names as well; else as the directory has it. */
export function useTaskNames() {
  const { local, t } = useTexts();
  const names = useNames();
  /** `ruleNames`: of rules other than the task's own, by id. */
  return (
    task: Pick<Task, 'path' | 'people' | 'rule' | 'ruleName'>,
    ruleNames: ReadonlyMap<string, string> = noNames,
  ): TaskNames => ({
    place: (id) => {
      const step = task.path.find((place) => place.id === id);
      return step === undefined ? names.place(id) : local(step.name, id);
    },
    device: names.device,
    actor: (id) => {
      if (id === 'resident/' || id === 'family/') return t(`care.the-${id.slice(0, -1)}`);
      if (id.startsWith('device:')) return names.device(id.slice('device:'.length));
      const person = task.people[id];
      if (person !== undefined) return local(person, id);
      if (task.rule !== null && id === `rule:${task.rule}`)
        return t('tasks.rule-named', { name: names.rule(task.rule, task.ruleName) });
      const rule = ruleNames.get(id.replace(/^rule:/, ''));
      return rule !== undefined && id.startsWith('rule:')
        ? t('tasks.rule-named', { name: rule })
        : names.actor(id);
    },
  });
}

/**
 * Where it is, from the building down: `3号楼 3-502`; a place outside of buildings by its own name. What the next name begins
 * with is not said twice, as in the titles that the server makes.
 */
export function useTaskPlace() {
  const { local, language } = useTexts();
  const names = useNames();
  return ({ path, place }: Pick<Task, 'path' | 'place'>): string => {
    const building = path.findIndex(({ kind }) => kind === 'building');
    const shown = path.slice(0, building + 1 || 1).toReversed();
    const words = shown.map(({ id, name }) => local(name, id));
    const said = words.filter((word, index) => !isSaidBy(words[index + 1], word));
    return said.length === 0 ? names.place(place) : said.join(language.value === 'zh' ? ' ' : ', ');
  };
}

/** Whole words only: a room 101 does not say the building 1. */
function isSaidBy(next: string | undefined, name: string): boolean {
  if (next?.startsWith(name) !== true) return false;
  return !(/[a-z0-9]$/i.test(name) && /^[a-z0-9]/i.test(next.slice(name.length)));
}
