import type { TaskId } from '#model/brand.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { isOver } from '#tasks/transitions.ts';

/**
 * The open tasks of a category that other alarms may join, kept at hand: when a power cut makes two thousand devices
 * silent, looking through the store's open tasks for each of them would hold the engine up for seconds. Nothing is in
 * here that is not in the store: a category is read at its first use and followed from then on.
 */
export class JoinableTasks {
  readonly #store: Pick<TaskStore, 'openTasks'>;
  readonly #byCategory = new Map<string, Map<TaskId, TaskRow>>();

  constructor(store: Pick<TaskStore, 'openTasks'>) {
    this.#store = store;
  }

  /** Newest first, as the store has them. */
  of(category: string): readonly TaskRow[] {
    return [...this.#known(category).values()].toReversed();
  }

  /** To be called with every task that is written. */
  follow(row: TaskRow): void {
    const known = this.#byCategory.get(row.category);
    if (!known || row.join === null) return;
    // A map keeps the place of what is set again, so the order stays the store's.
    if (isOver(row.state)) known.delete(row.id);
    else known.set(row.id, row);
  }

  #known(category: string): Map<TaskId, TaskRow> {
    let known = this.#byCategory.get(category);
    if (!known) {
      const rows = this.#store.openTasks({ category }).filter((row) => row.join !== null);
      known = new Map(rows.toReversed().map((row) => [row.id, row]));
      this.#byCategory.set(category, known);
    }
    return known;
  }
}
