import { durationMs, type EpochMs, epochMs, plus, type TaskId } from '#model/brand.ts';
import { iso } from '#model/clock.ts';
import type { Configuration } from '#model/configuration.ts';
import { parseDuration } from '#model/duration.ts';
import type { TaskRow, TaskStore, Timer } from '#tasks/ports.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { mayCloseByItself } from '#tasks/transitions.ts';

/**
 * Closes tasks whose alarms have all cleared, for categories that say so (`autoClose`); never one of life safety. The
 * category is asked again when the timer ends, so a change of it counts for what waits.
 */
export class AutoClose {
  readonly #store: TaskStore;
  readonly #configuration: Configuration;
  readonly #ledger: TaskLedger;

  constructor(parts: {
    readonly store: TaskStore;
    readonly configuration: Configuration;
    readonly ledger: TaskLedger;
  }) {
    this.#store = parts.store;
    this.#configuration = parts.configuration;
    this.#ledger = parts.ledger;
  }

  /** Sets the timer of a task when the last of its alarms has cleared; to be called when one has. */
  follow(row: TaskRow, now: EpochMs): void {
    const due = this.#dueOf(row);
    if (due === undefined) return;
    const id = `auto-close:${row.id}`;
    // An end that was told late is no reason to close a task in the past.
    this.#store.putTimer({ id, due: due > now ? due : now, kind: 'auto-close', ref: row.id });
  }

  /** The timer ended: closes the task unless an alarm stands, or something happened since. */
  fire({ ref }: Timer, now: EpochMs): void {
    const row = this.#store.task(ref as TaskId);
    const due = row && this.#dueOf(row);
    if (!row || due === undefined) return;
    const afterMs = this.#waitOf(row) ?? durationMs(0);
    const clearedAt = epochMs(due - afterMs);
    // What cleared later than now did so before the clock was set back: the timer has waited its whole length.
    if (due > now && clearedAt <= now) {
      this.follow(row, now);
      return;
    }
    const because = [
      { code: 'auto-closed', category: row.category, clearedAt: iso(clearedAt), afterMs },
    ] as const;
    const draft = TaskDraft.change(row, now).step(
      'closed',
      { actor: 'system', action: 'auto-close', because },
      { closedAt: now },
    );
    this.#ledger.save(draft, now);
  }

  /** Lets that timer end at the earlier of its own time and its whole length from `to`. */
  cut(timer: Timer, to: EpochMs): void {
    const row = this.#store.task(timer.ref as TaskId);
    const wait = row && this.#waitOf(row);
    if (wait === undefined) return;
    const latest = plus(to, wait);
    if (timer.due > latest) this.#store.putTimer({ ...timer, due: latest });
  }

  /** When it may be closed; undefined: never, or not as things stand. */
  #dueOf(row: TaskRow): EpochMs | undefined {
    const wait = this.#waitOf(row);
    if (wait === undefined || row.lifeSafety || !mayCloseByItself(row.state)) return undefined;
    const alarms = row.alarms.flatMap((id) => this.#store.alarm(id) ?? []);
    if (alarms.length === 0) return undefined;
    let last = 0;
    for (const { clearedAt, revised, startedAt, state } of alarms) {
      if (state === 'active' && !revised) return undefined;
      last = Math.max(last, clearedAt ?? startedAt);
    }
    return plus(epochMs(last), wait);
  }

  #waitOf({ category }: TaskRow) {
    const { autoClose } = this.#configuration.category(category);
    return autoClose === null ? undefined : parseDuration(autoClose);
  }
}
