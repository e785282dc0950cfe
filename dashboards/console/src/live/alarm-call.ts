import type { Alarm } from '../api/types.ts';

/** `(2) Overview` */
export const withBadge = (title: string, count: number): string => {
  const bare = title.replace(/^\(\d+\) /, '');
  return count === 0 ? bare : `(${count}) ${bare}`;
};

/** An alarm that somebody should be told of, wherever they look: critical, new, and not seen by anybody. */
export const isCall = ({ ack, clearedAt, severity, startedAt }: Alarm): boolean =>
  severity === 'critical' && !ack && (clearedAt === null || clearedAt === startedAt);
