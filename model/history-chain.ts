import { createHash } from 'node:crypto';

/** A history entry as it is kept: `because` is its JSON text, null where there is none. `n` counts from 1 within the task. */
export interface ChainedEntry {
  readonly task: string;
  readonly n: number;
  /** Epoch ms. */
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly from: string | null;
  readonly to: string;
  readonly comment: string | null;
  readonly reason: string | null;
  readonly because: string | null;
}

/** What the first entry of a task takes for the hash before it. */
export const chainStart = '';

/**
 * The hash of an entry: SHA-256 (hex) of the JSON array of the hash before it and the entry's fields in this order. So a
 * hash stands for everything up to it, and anybody can count it again (docs/tasks.md, History).
 */
export function chainHash(previous: string, entry: ChainedEntry): string {
  const { action, actor, at, because, comment, from, n, reason, task, to } = entry;
  const text = JSON.stringify([previous, task, n, at, actor, action, from, to, comment, reason, because]);
  return createHash('sha256').update(text).digest('hex');
}
