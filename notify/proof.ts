import type { EpochMs, PersonId, TaskId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Message } from '#notify/message.ts';
import type { NotifyReason } from '#notify/reason.ts';

/** That somebody knows of a task: its page was shown to them, they opened the link, or they did something about it. */
export interface Proof {
  readonly task: TaskId;
  readonly person: PersonId;
  readonly at: EpochMs;
  readonly by: 'console' | 'link' | 'action';
  /** Of an action: which. */
  readonly what?: string;
}

/**
 * The message with that proof; null: it changes nothing. Only the first look counts. What was never told is not proven by a
 * look at the page, but needs telling no more.
 */
export function proved(message: Message, { at, by, what }: Proof): Message | null {
  const isOver =
    message.state === 'inhibited' || message.state === 'silenced' || message.state === 'repeated';
  if (isOver || at < message.notice.at) return null;
  if (by === 'action' ? message.actedAt !== null : message.seenAt !== null) return null;
  const reason: NotifyReason =
    by === 'action' ? { code: 'acted', action: what ?? '', at: iso(at) } : { code: 'seen', by, at: iso(at) };
  return {
    ...message,
    state: 'proven',
    dueAt: null,
    because: [...message.because, reason],
    ...(by === 'action' ? { actedAt: at } : { seenAt: at, seenBy: by }),
  };
}
