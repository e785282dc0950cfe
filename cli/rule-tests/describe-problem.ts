import { oneLine } from '#cli/failure.ts';
import type { RuleProblem } from '#model/rule.ts';

/** `FILE:LINE:COLUMN: rule ID, when: message`, as editors and CI read it. */
export function describeProblem({ column, file = '', line, message, path, rule }: RuleProblem): string {
  const where = [file, ...(line === null ? [] : [line, ...(column === null ? [] : [column])])].join(':');
  const what = [...(rule === null ? [] : [`rule ${rule}`]), ...(path === '' ? [] : [path])].join(', ');
  return oneLine(`${where}: ${what === '' ? '' : `${what}: `}${message}`);
}
