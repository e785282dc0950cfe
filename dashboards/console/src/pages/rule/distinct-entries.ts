import type { TraceEntry } from './rule-queries.ts';

const wordsOf = ({ at, inputs, outcome, reason }: TraceEntry): string =>
  JSON.stringify([
    at,
    outcome,
    reason,
    Object.entries(inputs).sort(([one], [other]) => one.localeCompare(other)),
  ]);

/** Without those that say the same as the one before, whatever the order of their readings. */
export const distinct = (entries: readonly TraceEntry[]): readonly TraceEntry[] =>
  entries.filter((entry, index) => {
    const before = entries[index - 1];
    return before === undefined || wordsOf(before) !== wordsOf(entry);
  });
