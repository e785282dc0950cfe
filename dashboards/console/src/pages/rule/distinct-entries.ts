/** What of an evaluation a reader sees. */
interface Told {
  /** ISO 8601. */
  readonly at: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  readonly reason: string;
}

const toTheSecond = 'YYYY-MM-DDTHH:mm:ss'.length;
const wordsOf = ({ at, inputs, outcome, reason }: Told): string =>
  JSON.stringify([
    at.slice(0, toTheSecond),
    outcome,
    reason,
    Object.entries(inputs).sort(([one], [other]) => one.localeCompare(other)),
  ]);

/** Without those that say the same as the one before in the same second, whatever the order of their readings. */
export const distinct = <Entry extends Told>(entries: readonly Entry[]): readonly Entry[] =>
  entries.filter((entry, index) => {
    const before = entries[index - 1];
    return before === undefined || wordsOf(before) !== wordsOf(entry);
  });
