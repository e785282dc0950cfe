/**
 * MQTT topic names and filters [MQTT-4.7]: `+` stands for one level, `#` (last) for any number of them, the parent
 * included; neither at the beginning stands for a topic that begins with `$`.
 */

/** Whether it is well-formed: not empty, `+` and `#` alone in their level, `#` last. */
export function isFilter(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter.length > 0 &&
    levels.every((level, index) =>
      level.includes('#')
        ? level === '#' && index === levels.length - 1
        : !level.includes('+') || level === '+',
    )
  );
}

/** Whether the filter takes the topic name. */
export const matches = (filter: string, topic: string): boolean => covers(filter, topic);

/** Whether the outer filter takes every topic that the inner one takes; a topic name is a filter of one topic. */
export function covers(outer: string, inner: string): boolean {
  const outerLevels = outer.split('/');
  const innerLevels = inner.split('/');
  const [outerRoot = ''] = outerLevels;
  if ((outerRoot === '#' || outerRoot === '+') && inner.startsWith('$')) return false;
  for (const [index, level] of outerLevels.entries()) {
    if (level === '#') return true;
    const other = innerLevels[index];
    if (other === undefined || other === '#') return false;
    if (level !== '+' && level !== other) return false;
  }
  return innerLevels.length === outerLevels.length;
}
