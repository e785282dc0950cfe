import type { EpochMs } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';

/** Writes down whose turn it was in the categories that go round 轮训, also where a person chose. */
export class Rotation {
  readonly #store: Pick<TaskStore, 'putTurn'>;
  readonly #configuration: Configuration;

  constructor(store: Pick<TaskStore, 'putTurn'>, configuration: Configuration) {
    this.#store = store;
    this.#configuration = configuration;
  }

  /** To be called with every task that is written. */
  follow({ assignee, category, dispatchedAt, state }: TaskRow, now: EpochMs): void {
    if (state !== 'dispatched' || assignee === null || dispatchedAt !== now) return;
    if (this.#configuration.category(category).dispatch === 'rotate')
      this.#store.putTurn(category, assignee, now);
  }
}
