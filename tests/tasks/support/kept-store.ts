import { chainHash, chainStart } from '#model/history-chain.ts';
import type { TaskHistoryEntry } from '#model/task.ts';
import type { MemoryOps } from '#store/ops/in-memory.ts';
import { MemoryTaskStore } from '#tests/tasks/support/memory-store.ts';

/** A store in memory that writes tasks and histories into the real one as well, which chains them. */
export class KeptTaskStore extends MemoryTaskStore {
  readonly #ops: MemoryOps;

  constructor(ops: MemoryOps) {
    super();
    this.#ops = ops;
    const append = this.appendHistory;
    this.appendHistory = (id, entry) => {
      append(id, entry);
      ops.writer.appendHistory(id, entry);
    };
  }

  override putTask(task: Parameters<MemoryTaskStore['putTask']>[0]): void {
    super.putTask(task);
    this.#ops.writer.putTask(task);
  }

  /** The tasks whose history in the real store is another one, or whose chain does not come to its hash. */
  broken(): readonly string[] {
    return [...this.tasks.values()].flatMap(({ id }) => {
      const entries = this.#ops.writer.history(id);
      const isSame = JSON.stringify(entries) === JSON.stringify(this.history(id));
      return isSame && headOf(id, entries) === this.#ops.reader.historyHash(id) ? [] : [id];
    });
  }
}

const headOf = (task: string, entries: readonly TaskHistoryEntry[]): string =>
  entries.reduce((previous, { because, ...entry }, index) => {
    const asText = because === undefined ? null : JSON.stringify(because);
    return chainHash(previous, { ...entry, task, n: index + 1, because: asText });
  }, chainStart);
