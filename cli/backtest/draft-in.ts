import { CommandFailure } from '#cli/failure.ts';

interface DraftOptions {
  readonly text: string;
  readonly id: string;
  readonly file: string;
  /** What the text has, rule by rule. */
  readonly entries: readonly { readonly source: unknown }[];
}

/** The draft of this id in a rule file with several; of one with a single rule its text, so that what is wrong has lines. */
export function draftIn({ entries, file, id, text }: DraftOptions): unknown {
  if (entries.length < 2) return text;
  const named = entries.find(({ source }) => isNamed(source, id));
  if (named) return named.source;
  throw new CommandFailure(`${file} has no rule ${id}; name one of its rules`);
}

const isNamed = (source: unknown, id: string): boolean =>
  typeof source === 'object' && source !== null && 'id' in source && source.id === id;
