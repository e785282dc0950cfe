/**
 * What somebody is told of a task: it is theirs now, they are told beside the worker, it got worse, nobody accepted it,
 * it is still not handled, somebody urges, its work came back, it is over. `test`: somebody tries a channel.
 */
export const noticeKinds = [
  'assigned',
  'told',
  'upgraded',
  'escalated',
  'reminder',
  'urged',
  'returned',
  'ended',
  'test',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];
