import type { PlaceId, TaskId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { type JoinScope, joinScopes } from '#model/rule.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { isOver } from '#tasks/transitions.ts';

export interface JoinableOptions {
  readonly store: Pick<TaskStore, 'openTasks'>;
  readonly configuration: Pick<Configuration, 'enclosing' | 'path' | 'placesVersion'>;
}

/** A task that lies in the same place, of the kind that it is joined by, as an alarm. */
export interface Neighbour {
  readonly task: TaskRow;
  readonly by: JoinScope;
  readonly shared: PlaceId;
}

/**
 * The open tasks of a category that other alarms may join, by the place that they are joined in: when a power cut makes
 * two thousand devices silent, looking through all open tasks for each of them would hold the engine up for seconds.
 * Nothing is in here that is not in the store: a category is read at its first use and followed from then on.
 */
export class JoinableTasks {
  readonly #options: JoinableOptions;
  readonly #byCategory = new Map<string, TasksByPlace>();

  constructor(options: JoinableOptions) {
    this.#options = options;
  }

  /** Whose own scope covers the place; newest first, as the store has them. */
  around(category: string, place: PlaceId): readonly Neighbour[] {
    return this.#known(category).around(place);
  }

  /** To be called with every task that is written. */
  follow(row: TaskRow): void {
    this.#byCategory.get(row.category)?.follow(row);
  }

  #known(category: string): TasksByPlace {
    let known = this.#byCategory.get(category);
    if (!known) {
      const { configuration, store } = this.#options;
      known = new TasksByPlace(configuration, store.openTasks({ category }).toReversed());
      this.#byCategory.set(category, known);
    }
    return known;
  }
}

interface Entry {
  readonly task: TaskRow;
  /** Rises from task to task. */
  readonly order: number;
}

class TasksByPlace {
  readonly #configuration: JoinableOptions['configuration'];
  readonly #entries = new Map<TaskId, Entry>();
  readonly #byScope = new Map<string, Map<TaskId, Entry>>();
  /** The tree of places that the scopes are of. */
  #version: number;
  #order = 0;

  /** `rows`: the oldest first. */
  constructor(configuration: JoinableOptions['configuration'], rows: readonly TaskRow[]) {
    this.#configuration = configuration;
    this.#version = configuration.placesVersion;
    for (const row of rows) this.follow(row);
  }

  follow(row: TaskRow): void {
    const before = this.#entries.get(row.id);
    if (before) this.#take(before.task);
    if (row.join === null || isOver(row.state)) return;
    // What is written again stays where it was in the order, as in the store.
    this.#put({ task: row, order: before?.order ?? this.#order++ });
  }

  around(place: PlaceId): readonly Neighbour[] {
    this.#followPlaces();
    const found = joinScopes.flatMap((by) => {
      const shared = this.#scope(by, place);
      const entries = shared === undefined ? undefined : this.#byScope.get(nameOf(by, shared));
      if (shared === undefined || entries === undefined) return [];
      return [...entries.values()].map(({ task, order }) => ({ task, order, by, shared }));
    });
    return found.sort((a, b) => b.order - a.order);
  }

  /** A place that moves takes its tasks along. */
  #followPlaces(): void {
    if (this.#version === this.#configuration.placesVersion) return;
    this.#version = this.#configuration.placesVersion;
    this.#byScope.clear();
    for (const entry of this.#entries.values()) this.#put(entry);
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.task.id, entry);
    const name = this.#nameOf(entry.task);
    if (name === undefined) return;
    const there = this.#byScope.get(name) ?? new Map<TaskId, Entry>();
    this.#byScope.set(name, there.set(entry.task.id, entry));
  }

  #take(task: TaskRow): void {
    this.#followPlaces();
    this.#entries.delete(task.id);
    const name = this.#nameOf(task);
    const there = name === undefined ? undefined : this.#byScope.get(name);
    if (name === undefined || there === undefined) return;
    there.delete(task.id);
    if (there.size === 0) this.#byScope.delete(name);
  }

  #nameOf({ join, place }: TaskRow): string | undefined {
    if (join === null) return undefined;
    const scope = this.#scope(join.by, place);
    return scope === undefined ? undefined : nameOf(join.by, scope);
  }

  /** The place of that kind in which it lies. A community is the root of the tree, so it has no place of its own. */
  #scope(by: JoinScope, place: PlaceId): PlaceId | undefined {
    return by === 'community'
      ? this.#configuration.path(place).at(-1)
      : this.#configuration.enclosing(place, by);
  }
}

const nameOf = (by: JoinScope, scope: PlaceId): string => `${by} ${scope}`;
