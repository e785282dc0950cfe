import { hour, type PlaceId } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import type { JoinScope, TaskOrder } from '#model/rule.ts';
import type { Episode } from '#rules/backtest/episodes.ts';

/** As long as work takes of which the rule does not say how long it may. */
const handledWithinMs = hour;

interface OpenTask {
  readonly place: PlaceId;
  /** When the last alarm began or joined it. */
  lastAlarmAt: number;
  /** Until when nobody is done with it: an alarm of the same key joins it. */
  busyUntil: number;
}

/**
 * What work the alarms would have made. Nobody knows how fast people would have been: a task counts as handled
 * `handle-within` after its last alarm began (an hour where the rule says nothing), and not while that alarm stands.
 */
export class Work {
  readonly #order: TaskOrder;
  readonly #configuration: Configuration;
  readonly #byKey = new Map<string, OpenTask>();
  readonly #byArea = new Map<string, OpenTask>();

  constructor(order: TaskOrder, configuration: Configuration) {
    this.#order = order;
    this.#configuration = configuration;
  }

  /** Whether an alarm brings a task of its own or joins one; to be asked in the order of their beginning. */
  take({ clearedAt, key, place, startedAt }: Episode): 'own' | 'joined' {
    const area = this.#areaOf(place);
    const joined = this.#sameKey(key, startedAt) ?? this.#sameArea(area, startedAt);
    const task = joined ?? { place, lastAlarmAt: startedAt, busyUntil: 0 };
    task.lastAlarmAt = startedAt;
    const handled = startedAt + (this.#order.handleWithinMs ?? handledWithinMs);
    task.busyUntil = Math.max(task.busyUntil, handled, clearedAt ?? Number.POSITIVE_INFINITY);
    this.#byKey.set(key, task);
    if (area !== undefined && !joined) this.#byArea.set(area, task);
    return joined ? 'joined' : 'own';
  }

  #sameKey(key: string, at: number): OpenTask | undefined {
    const task = this.#byKey.get(key);
    return task && at <= task.busyUntil ? task : undefined;
  }

  #sameArea(area: string | undefined, at: number): OpenTask | undefined {
    const task = area === undefined ? undefined : this.#byArea.get(area);
    return task && at - task.lastAlarmAt <= (this.#order.join?.withinMs ?? 0) ? task : undefined;
  }

  #areaOf(place: PlaceId): string | undefined {
    const { join } = this.#order;
    return join ? areaOf(this.#configuration, place, join.by) : undefined;
  }
}

/** A community is the root of the tree, so it has no place of its own. */
const areaOf = (configuration: Configuration, place: PlaceId, scope: JoinScope): string | undefined =>
  scope === 'community' ? configuration.path(place).at(-1) : configuration.enclosing(place, scope);
