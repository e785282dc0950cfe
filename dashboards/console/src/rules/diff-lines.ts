import { diffLines } from 'diff';

export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new' | 'skipped';
  readonly text: string;
}

const kinds: Readonly<Record<string, DiffLine['kind']>> = {
  '+': 'new',
  '-': 'gone',
  ' ': 'same',
  '@': 'skipped',
};

/** The lines of a unified diff; its heads, which name no more than the rule, are left out. */
export const unifiedLines = (diff: string): readonly DiffLine[] =>
  diff
    .split('\n')
    .filter((line) => line !== '' && !/^(---|\+\+\+|===|\\|Index)/.test(line))
    .map((line) => {
      const kind = kinds[line[0] ?? ' '] ?? 'same';
      return { kind, text: kind === 'skipped' ? '' : line.slice(1) };
    })
    .filter(({ kind }, index) => kind !== 'skipped' || index > 0);

/** What is different between two texts, with all that is the same. */
export const changedLines = (before: string, after: string): readonly DiffLine[] =>
  diffLines(before, after).flatMap(({ added, removed, value }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ kind: added ? 'new' : removed ? 'gone' : 'same', text }) as const),
  );
