import { isFilter } from '#model/topic-filter.ts';

const ownRoot = 'gridbell';

/** Why no gateway may have the filter for its topics; null: one may. */
export function topicProblem(filter: string): string | null {
  if (!isFilter(filter))
    return 'is no MQTT filter: + stands for a whole level, # for the last ones, and neither beside letters';
  if (filter.startsWith('$')) return 'begins with $: those topics are the broker’s own';
  if (filter === ownRoot || filter.startsWith(`${ownRoot}/`))
    return `begins with ${ownRoot}: those topics are ours, and a device has its own of them without a filter`;
  return null;
}

/** What is worth knowing of a filter that a gateway may have. */
export function topicNotes(filter: string, usual: string | null): readonly string[] {
  const levels = filter.split('/');
  const [first = ''] = levels;
  const isWide = first === '#' || first === '+';
  const hasWildcard = levels.some((level) => level === '#' || level === '+');
  return [
    ...(usual !== null && usual !== filter ? [`the usual one of this dialect is ${usual}`] : []),
    ...(isWide ? ['it takes all that the gateway says outside of gridbell/'] : []),
    ...(hasWildcard ? [] : ['it takes one topic alone: most dialects speak at many']),
  ];
}
