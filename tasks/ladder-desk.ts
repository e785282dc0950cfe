import type { DeviceId, EpochMs, TaskId } from '#model/brand.ts';
import { epochMs, minute, second } from '#model/brand.ts';
import { type CareLadder, mostMinutes, type OnTheWay } from '#model/care-ladder.ts';
import { iso } from '#model/clock.ts';
import type { LadderAnswer } from '#model/command.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import type { Task } from '#model/task.ts';
import type { CallSource } from '#tasks/ladder-calls.ts';
import { climb } from '#tasks/ladder-climb.ts';
import { hasNext } from '#tasks/ladder-time.ts';
import { type Asker, actorName, worksAt } from '#tasks/permission.ts';
import type { TaskRow, TaskStore } from '#tasks/ports.ts';
import { TaskDraft } from '#tasks/task-draft.ts';
import type { TaskLedger } from '#tasks/task-ledger.ts';
import { actionsIn, isOver } from '#tasks/transitions.ts';

/** A button that is let go says `sos: false` too: only a word that comes after this is one of its resident. */
const releaseMs = 3 * second;
/** Promises kept in a task. */
const mostComing = 50;

/** What people and devices say to a care ladder. None of it raises the version of the task: nobody who accepts is sent away as late. */
export class LadderDesk {
  readonly #store: TaskStore;
  readonly #ledger: TaskLedger;
  readonly #source: CallSource;

  constructor(parts: { readonly store: TaskStore; readonly ledger: TaskLedger } & CallSource) {
    this.#store = parts.store;
    this.#ledger = parts.ledger;
    this.#source = parts;
  }

  /**
   * A device says that its alarm was a mistake. `isKey`: by a cancel key; else its `sos` is off again; `at`: when, by the device. Within the window
   * nobody more is called; the task stays with who has it, who is told. A cancel key after the window is written down.
   */
  cancelled(
    device: DeviceId,
    { at, isKey }: { readonly isKey: boolean; readonly at: EpochMs },
    now: EpochMs,
  ): void {
    for (const row of this.#openTasksOf(device)) {
      const { ladder } = row;
      if (!ladder || ladder.stopped || ladder.cancelUntil === null) continue;
      if (at - this.#lastPress(row) < (isKey ? 1 : releaseMs)) continue;
      if (now <= ladder.cancelUntil) {
        const stopped = { at: now, by: `device:${device}`, how: 'cancelled' } as const;
        const because = [{ code: 'cancelled', device }] as const;
        this.#note(
          row,
          { actor: `device:${device}`, action: 'cancel', because, ladder: { ...ladder, stopped } },
          now,
        );
      } else if (isKey && ladder.lateCancelAt === undefined) {
        const because = [{ code: 'cancelled-late', device, until: iso(ladder.cancelUntil) }] as const;
        this.#note(
          row,
          { actor: `device:${device}`, action: 'cancel', because, ladder: { ...ladder, lateCancelAt: now } },
          now,
        );
      }
    }
  }

  /** Whether a ladder waits for what this device may say; for who has to open a transaction first. */
  mayBeCancelled(device: DeviceId): boolean {
    return this.#openTasksOf(device).length > 0;
  }

  /** Somebody spoke with the resident, or got no answer. */
  answer(id: TaskId, answer: LadderAnswer, asker: Asker, now: EpochMs): Outcome<Task> {
    const row = this.#open(id);
    if (!row.ok) return row;
    const { ladder } = row.value;
    if (!ladder)
      return fail('wrong-state', `task ${id} has no care ladder`, { state: row.value.state, allowed: [] });
    const refused = this.#refusal(row.value, asker);
    if (refused) return fail('not-allowed', refused);
    const by = actorName(asker);
    const draft = TaskDraft.change(row.value, now);
    const note = { actor: by, action: 'resident-answer', comment: answer.comment };
    switch (answer.outcome) {
      case 'well':
        draft.step(
          row.value.state,
          { ...note, because: [{ code: 'resident-well', by }] },
          { ladder: { ...ladder, stopped: { at: now, by, how: 'well' } } },
        );
        break;
      case 'needs-help':
      case 'no-answer':
        draft.step(
          row.value.state,
          { ...note, because: [{ code: answer.outcome, by }] },
          { ladder: { ...ladder, stopped: null } },
        );
        // Whoever handles it knows already; else help is called now.
        if (row.value.acceptedAt === null || answer.outcome === 'needs-help') this.#callForHelp(draft, now);
        break;
      default:
        answer.outcome satisfies never;
    }
    return succeed(this.#ledger.amend(draft, now));
  }

  /** Somebody is on their way: for so long nobody more is called. A later word of theirs stands over an earlier one. */
  comes(
    id: TaskId,
    { comment, minutes }: { readonly minutes: number; readonly comment?: string },
    asker: Asker,
    now: EpochMs,
  ): Outcome<Task> {
    const row = this.#open(id);
    if (!row.ok) return row;
    const { person } = asker;
    if (person === undefined) return fail('not-allowed', `this is for a person: ${asker.actor.id} is none`);
    const refused = this.#refusal(row.value, asker);
    if (refused) return fail('not-allowed', refused);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > mostMinutes)
      return fail('invalid-input', `minutes: a whole number from 1 to ${mostMinutes}`);
    const until = epochMs(now + minutes * minute);
    const promise: OnTheWay = { person, at: now, until, minutes, comment: comment ?? null, isMissed: false };
    const others = (row.value.coming ?? []).filter((each) => each.person !== person);
    const because: readonly Reason[] = [{ code: 'on-the-way', person, minutes, until: iso(until) }];
    const draft = TaskDraft.change(row.value, now).step(
      row.value.state,
      { actor: actorName(asker), action: 'on-my-way', comment, because },
      { coming: [...others, promise].slice(-mostComing) },
    );
    return succeed(this.#ledger.amend(draft, now));
  }

  /** The rungs that ask are over: the next one that calls for help has its turn. */
  #callForHelp(draft: TaskDraft, now: EpochMs): void {
    do {
      climb(draft, this.#source, { now, why: [] });
    } while (isAsking(draft.row.ladder));
  }

  #open(id: TaskId): Outcome<TaskRow> {
    const row = this.#store.task(id);
    if (!row) return fail('not-found', `there is no task ${id}`);
    return isOver(row.state)
      ? fail('wrong-state', `task ${id} is ${row.state}`, { state: row.state, allowed: actionsIn(row.state) })
      : succeed(row);
  }

  /** Who has it, was told of it or works there. */
  #refusal(row: TaskRow, { actor, person, role }: Asker): string | undefined {
    if (role === 'auditor') return 'an auditor only looks on';
    if (actor.kind === 'operator' || actor.kind === 'system' || role === 'admin' || person === undefined)
      return undefined;
    const isConcerned = row.assignee === person || row.also.includes(person);
    return isConcerned || worksAt(this.#source.configuration, person, row.place)
      ? undefined
      : `${person} does not work at ${row.place}`;
  }

  /** When its newest alarm began, by the device: a word from before, that comes late, says nothing of it. */
  #lastPress({ alarms, ladder }: TaskRow): number {
    const last = alarms.at(-1);
    return (last && this.#store.alarm(last)?.startedAt) ?? ladder?.startedAt ?? 0;
  }

  #openTasksOf(device: DeviceId): readonly TaskRow[] {
    const { resident } = this.#source.configuration.device(device) ?? {};
    const keys: readonly string[] = [device, ...(resident === undefined ? [] : [resident])];
    const rows = keys.flatMap((key) => this.#store.openTasks({ key }));
    return rows.filter(
      ({ ladder }) =>
        ladder !== undefined &&
        (ladder.device === device || (resident !== undefined && ladder.residents.includes(resident))),
    );
  }

  #note(
    row: TaskRow,
    {
      ladder,
      ...note
    }: {
      readonly actor: string;
      readonly action: string;
      readonly because: readonly Reason[];
      readonly ladder: CareLadder;
    },
    now: EpochMs,
  ): void {
    this.#ledger.amend(TaskDraft.change(row, now).step(row.state, note, { ladder }), now);
  }
}

/** Whether a ladder is at a rung that only asks, with one above it. */
const isAsking = (ladder: CareLadder | undefined): boolean => {
  const who = ladder?.rungs[ladder.at]?.for;
  return ladder !== undefined && hasNext(ladder) && (who === 'cancel' || who === 'resident');
};
