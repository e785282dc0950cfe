import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { chainHash, chainStart } from '#model/history-chain.ts';
import { prepare } from '#store/ops/statement.ts';

/**
 * Teaches a connection `history_chain(task, n, at, actor, action, from_state, to_state, comment, reason, because)`: over
 * a window by task in the order of n it gives each entry the hash that it ought to have.
 */
export function teachHistoryChain(connection: DatabaseSync): void {
  connection.aggregate('history_chain', {
    start: chainStart,
    deterministic: true,
    varargs: true,
    step: (previous: string, ...row: SQLOutputValue[]) => {
      const [task, n, at, actor, action, from, to, comment, reason, because] = row;
      return chainHash(previous, {
        task: String(task),
        n: Number(n),
        at: Number(at),
        actor: String(actor),
        action: String(action),
        from: textOrNull(from),
        to: String(to),
        comment: textOrNull(comment),
        reason: textOrNull(reason),
        because: textOrNull(because),
      });
    },
    // SQLite wants one for windows; ours only ever grow.
    inverse: () => {
      throw new Error('history_chain is for windows that begin with the first entry');
    },
  });
}

const textOrNull = (value: SQLOutputValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** The call of it, over everything. */
export const chainOverTask = `history_chain(task, n, at, actor, action, from_state, to_state, comment, reason, because)
  over (partition by task order by n rows between unbounded preceding and current row)`;

/** For each task whose chain does not hold, the first entry that is not what it was; at most `limit` tasks. */
export const brokenChains = (connection: DatabaseSync, limit: number): { task: string; n: number }[] =>
  prepare<{ task: string; n: number }>(
    connection,
    `select task, min(n) as n from (select task, n, hash, ${chainOverTask} as expected from task_history)
     where hash <> expected group by task limit ?`,
  ).all(limit);
