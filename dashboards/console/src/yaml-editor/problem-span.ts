import type { Text } from '@codemirror/state';
import type { RuleProblem } from '../api/problem.ts';

export type Problem = RuleProblem;

/** From the column to the end of what stands there; never beyond the text, which may be shorter by now. */
export function spanOf(
  doc: Text,
  { column, line }: Pick<Problem, 'line' | 'column'>,
): { from: number; to: number } {
  const { from: start, text, to: end } = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
  const from = Math.min(start + Math.max((column ?? 1) - 1, 0), end);
  const word = /^\S+/.exec(text.slice(from - start))?.[0] ?? '';
  return { from, to: Math.min(from + Math.max(word.length, 1), end) };
}
