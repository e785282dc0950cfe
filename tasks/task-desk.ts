import type { Alarm, AlarmTransition, Disposition } from '#model/alarm.ts';
import type { AlarmId, EpochMs, PersonId, PlaceId, TaskId } from '#model/brand.ts';
import type { NewTask } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Actor } from '#model/record.ts';
import type { Role } from '#model/role.ts';
import type { Task } from '#model/task.ts';
import { AlarmDesk } from '#tasks/alarm-desk.ts';
import { Assigner, type TaskDeskOptions } from '#tasks/assigner.ts';
import { AutoClose } from '#tasks/auto-close.ts';
import { Deadlines } from '#tasks/deadlines.ts';
import { dutyEnd } from '#tasks/duty-time.ts';
import { Filing } from '#tasks/filing.ts';
import { Forgetting } from '#tasks/forgetting.ts';
import { Holding, reportIn } from '#tasks/holding.ts';
import { JoinableTasks } from '#tasks/joinable-tasks.ts';
import { LadderDesk } from '#tasks/ladder-desk.ts';
import { LifeCycle } from '#tasks/life-cycle.ts';
import { Merging } from '#tasks/merging.ts';
import { actorName, refusal } from '#tasks/permission.ts';
import type { TaskStore, Timer } from '#tasks/ports.ts';
import { PostedAlarms } from '#tasks/posted-alarms.ts';
import { Raising } from '#tasks/raising.ts';
import { Reporting } from '#tasks/reporting.ts';
import { Rotation } from '#tasks/rotation.ts';
import { Splitting } from '#tasks/splitting.ts';
import type { TaskAction } from '#tasks/task-action.ts';
import { TaskLedger } from '#tasks/task-ledger.ts';
import { type Absence, Timekeeper } from '#tasks/timekeeper.ts';
import {
  actionsIn,
  answersRequest,
  isAction,
  type Need,
  rightsOf,
  taskActions,
  transitionOf,
} from '#tasks/transitions.ts';
import { Verdicts } from '#tasks/verdicts.ts';
import { Verifying } from '#tasks/verifying.ts';

/**
 * Alarms in, work out: one task for each alarm whose rule asks for one, handed to one person, and what people do with
 * it. All state is in the store, so the desk is a function of the store, the configuration and what it is called with;
 * `now` is the engine's. It is the only writer of tasks: after a transaction that was rolled back it is made anew.
 */
export class TaskDesk {
  readonly #store: TaskStore;
  readonly #configuration: Configuration;
  readonly #ledger: TaskLedger;
  readonly #assigner: Assigner;
  readonly #filing: Filing;
  readonly #raising: Raising;
  readonly #verifying: Verifying;
  readonly #alarms: AlarmDesk;
  readonly #autoClose: AutoClose;
  /** What residents report; photos of tasks. */
  readonly reporting: Reporting;
  readonly forgetting: Forgetting;
  /** Alarms that are raised from outside; what it decides is said to `apply`. */
  readonly posted: PostedAlarms;
  /** What residents say of what came of it. */
  readonly verdicts: Verdicts;
  readonly #lifeCycle: LifeCycle;
  readonly #deadlines: Deadlines;
  readonly #timekeeper: Timekeeper;
  readonly #ladders: LadderDesk;
  readonly #holding: Holding;
  #absence: Absence | null = null;

  constructor(options: TaskDeskOptions) {
    this.#store = options.store;
    this.#configuration = options.configuration;
    const joinable = new JoinableTasks(options);
    this.#assigner = new Assigner(options);
    this.#deadlines = new Deadlines(options.store, {
      limit: (row, step, since) => this.#assigner.limitEnd(row, step, since),
      steps: (row, phase, span) => this.#assigner.steps(row, phase, span),
      shiftEnd: ({ assignee, place }, at) =>
        assignee === null ? null : dutyEnd(options.configuration, { person: assignee, place, at }),
    });
    this.#ledger = new TaskLedger(options.store, {
      joinable,
      deadlines: this.#deadlines,
      rotation: new Rotation(options.store, options.configuration),
    });
    this.#holding = new Holding(options);
    this.#filing = new Filing({ ...options, ledger: this.#ledger, assigner: this.#assigner });
    const parts = {
      ...options,
      joinable,
      ledger: this.#ledger,
      filing: this.#filing,
      assigner: this.#assigner,
      holding: this.#holding,
    };
    this.#ladders = new LadderDesk(parts);
    this.#raising = new Raising(parts);
    this.#autoClose = new AutoClose(parts);
    this.#verifying = new Verifying(parts);
    this.#alarms = new AlarmDesk({
      ...parts,
      raising: this.#raising,
      verifying: this.#verifying,
      autoClose: this.#autoClose,
    });
    this.reporting = new Reporting(parts);
    this.verdicts = new Verdicts(parts);
    this.forgetting = new Forgetting(parts);
    this.posted = new PostedAlarms(parts);
    this.#lifeCycle = new LifeCycle({
      configuration: options.configuration,
      assigner: this.#assigner,
      merging: new Merging(parts),
      splitting: new Splitting(parts),
    });
    this.#timekeeper = new Timekeeper({
      ...options,
      ledger: this.#ledger,
      deadlines: this.#deadlines,
      assigner: this.#assigner,
      // While it was suspended its alarms may have cleared.
      resumed: (row, at) => this.#autoClose.follow(row, at),
    });
  }

  /** Takes over what the rules say of an alarm. Saying the same twice changes nothing the second time. */
  apply(transition: AlarmTransition, now: EpochMs): void {
    this.#alarms.apply(transition, now);
  }

  /** When the next timer falls due; undefined: none waits. */
  nextDue(): EpochMs | undefined {
    const timer = this.#store.nextTimer();
    return timer && this.#whenOf(timer);
  }

  /** Lets time pass: every timer that is due by `to` fires, in order, at its own time. */
  advance(to: EpochMs): void {
    for (
      let timer = this.#store.nextTimer();
      timer && this.#whenOf(timer) <= to;
      timer = this.#store.nextTimer()
    ) {
      this.#store.deleteTimer(timer.id);
      const at = this.#whenOf(timer);
      switch (timer.kind) {
        case 're-raise':
          this.#raising.raiseAgain(timer.ref as TaskId, at);
          break;
        case 'deadline':
          this.#timekeeper.fire(timer.ref as TaskId, at, this.#absence);
          break;
        case 'auto-close':
          this.#autoClose.fire(timer, at);
          break;
        case 'held':
          this.#raising.letGo(timer.ref as AlarmId, at);
          break;
        case 'held-state':
          this.#verifying.letGo(reportIn(timer), at);
          break;
        default:
          timer.kind satisfies never;
      }
    }
  }

  /**
   * Gridbell saw nothing of this time: it was down, its machine slept, or the clock was put forward. What falls due in it
   * is done at its end.
   */
  wasAway(absence: Absence): void {
    this.#absence = absence;
  }

  #whenOf({ due }: Timer): EpochMs {
    const away = this.#absence;
    return away !== null && due >= away.from && due < away.to ? away.to : due;
  }

  /** People, rosters, places or rules changed: what time has to do to the open tasks may be due at other times. */
  configurationChanged(now: EpochMs): void {
    for (const row of this.#store.openTasks({})) this.#deadlines.follow(row, now);
  }

  /** Somebody said where these are, or what they are: what they were held back for may be over. */
  devicesChanged(devices: ReadonlySet<string>, now: EpochMs): void {
    const { alarms, reports } = this.#holding.of(devices);
    for (const { id } of alarms) this.#raising.letGo(id, now);
    for (const report of reports) this.#verifying.letGo(report, now);
  }

  /** The clock was set back to `to`: no timer waits longer from there than its whole length (docs/decisions/044). */
  setBack(to: EpochMs): void {
    this.#absence = null;
    for (const timer of this.#store.allTimers()) {
      switch (timer.kind) {
        case 're-raise':
          this.#raising.cutTimer(timer, to);
          break;
        case 'deadline':
          this.#timekeeper.cut(timer.ref as TaskId, to);
          break;
        case 'auto-close':
          this.#autoClose.cut(timer, to);
          break;
        case 'held':
        case 'held-state':
          this.#holding.cut(timer, to);
          break;
        default:
          timer.kind satisfies never;
      }
    }
  }

  /**
   * What somebody does with a task. Refusals, in this order: `not-found`, `invalid-input` (no such action),
   * `not-allowed` (role, place or part in this task), `invalid-input` (something that it needs is missing),
   * `stale-version`, `wrong-state`, and what comes with it does not fit (`invalid-input`, `unknown-reference`,
   * `evidence-missing`); each says why.
   */
  act(
    input: TaskAction,
    actor: Actor,
    role: Role,
    person: PersonId | undefined,
    now: EpochMs,
  ): Outcome<Task> {
    const row = this.#store.task(input.task);
    if (!row) return fail('not-found', `there is no task ${input.task}`);
    const { action } = input;
    if (!isAction(action))
      return fail('invalid-input', `there is no action ${action}; there are ${taskActions.join(', ')}`);
    const asker = { actor, role, person };
    const history = this.#store.history(row.id);
    const wanted = this.#assigner.roleOf(row);
    const configuration = this.#configuration;
    const other = action === 'merge' && input.to ? this.#store.task(input.to as TaskId) : undefined;
    const refused = refusal({ configuration, row, action, asker, history, wanted, other });
    if (refused) return { ok: false, failure: refused };

    const missing = rightsOf(action).needs.find((need) => !isThere(input[need]));
    if (missing) return fail('invalid-input', `${action} needs ${whatIs[missing]} (${missing})`);
    if (input.version !== row.version)
      return fail('stale-version', `version ${input.version} was seen, version ${row.version} stands`, {
        version: row.version,
        state: row.state,
      });
    const isUnasked = answersRequest(action) && !row.suspensionRequest;
    if (!transitionOf(row.state, action) || isUnasked) {
      const allowed = actionsIn(row.state).filter((each) => row.suspensionRequest || !answersRequest(each));
      const now =
        allowed.length === 0 ? 'nothing is possible any more' : `possible now: ${allowed.join(', ')}`;
      const why = isUnasked
        ? 'nobody asks to suspend it'
        : `a task that is ${row.state} does not allow ${action}`;
      return fail('wrong-state', `${why}; ${now}`, {
        state: row.state,
        allowed,
      });
    }
    const draft = this.#lifeCycle.perform({ row, history, action, asker, input, now });
    if (!draft.ok) return draft;
    const task = this.#ledger.save(draft.value, now);
    if (task.state === 'closed') this.#raising.watchClosed(draft.value.row, now);
    // While it was suspended its alarms may have cleared.
    if (action === 'resume') this.#autoClose.follow(draft.value.row, now);
    return succeed(task);
  }

  /** Files a task that a person saw the need of, and dispatches it; or takes it down as reported. */
  create(task: NewTask, id: TaskId, actor: Actor, now: EpochMs): Outcome<Task> {
    if (this.#store.task(id)) return fail('already-exists', `there is a task ${id} already`);
    const place = task.place as PlaceId;
    if (!this.#configuration.place(place) && String(this.#configuration.communityId) !== place)
      return fail('unknown-reference', `there is no place ${place}`);
    return succeed(this.#filing.fileForPerson({ task, place, id, actor: actorName({ actor }) }, now));
  }

  /** What people and devices say to care ladders. */
  get ladders(): Pick<LadderDesk, 'cancelled' | 'answer' | 'comes' | 'mayBeCancelled'> {
    return this.#ladders;
  }

  /** Somebody has seen the alarm. A second time changes nothing. */
  acknowledge(id: AlarmId, actor: Actor, comment: string | undefined, now: EpochMs): Outcome<Alarm> {
    return this.#alarms.acknowledge(id, { actor: actorName({ actor }), comment }, now);
  }

  /** Says what the alarm was. A later word stands over an earlier one; the history keeps both. */
  dispose(
    id: AlarmId,
    disposition: Disposition,
    actor: Actor,
    comment: string | undefined,
    now: EpochMs,
  ): Outcome<Alarm> {
    return this.#alarms.dispose(id, disposition, { actor: actorName({ actor }), comment }, now);
  }
}

const isThere = (given: string | number | readonly unknown[] | undefined): boolean => {
  if (typeof given === 'string') return given.trim() !== '';
  return typeof given === 'number' || (given?.length ?? 0) > 0;
};

/** What an action needs, in words. */
const whatIs: Readonly<Record<Need, string>> = {
  comment: 'a comment that says why',
  to: 'whom, or what, it goes to',
  alarms: 'the alarms that it is about',
  rating: 'a rating from 1 to 5',
  until: 'a time at which it goes on',
};
