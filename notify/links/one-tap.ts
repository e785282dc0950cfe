import { createHmac, randomBytes } from 'node:crypto';
import { type EpochMs, hour, plus } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';
import { equalHashes } from '#model/secrets.ts';
import type { Task } from '#model/task.ts';
import type { NotifyStore, OneTap } from '#notify/ports.ts';

/** How long a link in a message is good. */
const goodForMs = 24 * hour;

/**
 * Links that do one thing for one person with one tap: accept a task, or claim it. Signed, so that none can be made up;
 * written down, so that each is used once; without a version, so that an alarm that joins meanwhile does not spoil it.
 */
export class OneTapLinks {
  readonly #key: Uint8Array;
  readonly #store: Pick<NotifyStore, 'link' | 'openLink' | 'putLink'>;

  constructor(key: Uint8Array, store: Pick<NotifyStore, 'link' | 'openLink' | 'putLink'>) {
    this.#key = key;
    this.#store = store;
  }

  /** The token for what this person can do about the task with one tap; null: nothing. The same while it is good. */
  tokenFor(task: Task, person: OneTap['person'], now: EpochMs): string | null {
    const action = oneTapFor(task, person);
    if (action === null) return null;
    const open = this.#store.openLink({ task: task.id, person, action }, now);
    if (open) return this.#sign(open);
    const id = randomBytes(16).toString('base64url');
    const link: OneTap = { id, task: task.id, person, action, expiresAt: plus(now, goodForMs), usedAt: null };
    this.#store.putLink(link);
    return this.#sign(link);
  }

  /**
   * What a token stands for.
   * @throws GridbellError `not-found` for one that is none, or is not good any more: the same words for all.
   */
  read(token: string, now: EpochMs): OneTap {
    const link = this.#store.link(token.slice(0, token.indexOf('.')));
    if (!link || !equalHashes(this.#sign(link), token) || link.expiresAt <= now)
      throw new GridbellError(
        'not-found',
        'This link is not good, or not any more. Sign in to see your tasks.',
      );
    return link;
  }

  /** @throws GridbellError `wrong-state` when it was used before. */
  use(link: OneTap, now: EpochMs): void {
    const { usedAt } = this.#store.link(link.id) ?? link;
    if (usedAt !== null)
      throw new GridbellError('wrong-state', `This link was used at ${iso(usedAt)}; it is good for once.`);
    this.#store.putLink({ ...link, usedAt: now });
  }

  /** What it did was refused: it may be tried again. */
  giveBack(link: OneTap): void {
    this.#store.putLink({ ...link, usedAt: null });
  }

  #sign({ action, expiresAt, id, person, task }: OneTap): string {
    const text = [id, task, person, action, expiresAt].join('\0');
    return `${id}.${createHmac('sha256', this.#key).update(text).digest('base64url').slice(0, 32)}`;
  }
}

/** The one thing that a person can do about a task that waits to be accepted. */
function oneTapFor(task: Task, person: string): OneTap['action'] | null {
  if (task.state !== 'dispatched') return null;
  if (task.assignee === person) return 'accept';
  return task.assignee === null && task.also.some((told) => told === person) ? 'claim' : null;
}
