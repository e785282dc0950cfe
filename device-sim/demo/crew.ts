import { Chance } from '#device-sim/chance/chance.ts';
import type { Agenda } from '#device-sim/demo/agenda.ts';
import type { Duty } from '#device-sim/demo/duty.ts';
import { type Finding, habitOf, livePace, type Step } from '#device-sim/demo/habits.ts';
import { handlersOf, handsOn, type TaskSight, taskIn, tasksIn } from '#device-sim/demo/sight.ts';
import type { Staff, StaffAnswer } from '#device-sim/demo/staff.ts';
import { type EpochMs, second } from '#model/brand.ts';

/** What the crew does not do with a task. */
export interface Orders {
  /** It does everything but this and what comes behind. */
  readonly leave?: Step;
  /** It looks at the task only so long after it came, ms. */
  readonly waitMs?: number;
}

export interface CrewOptions {
  readonly staff: Pick<Staff, 'ask'>;
  readonly duty: Duty;
  readonly agenda: Agenda;
  /** Sees every task. */
  readonly dispatcher: string;
  readonly seed: number;
  readonly ordersFor: (task: TaskSight) => Orders;
  /** A step that was refused and is not tried again, in one line. */
  readonly note: (line: string) => void;
}

const stepIn: Readonly<Record<string, Step>> = {
  dispatched: 'accept',
  accepted: 'start',
  'in-progress': 'feedback',
  feedback: 'close',
};
const triesOfStep = 3;

/** A task that the crew has in hand. */
interface InHand {
  readonly id: string;
  readonly orders: Orders;
  /** How often people had a hand in it when the crew looked last, its own hands included. */
  hands: number;
  tries: number;
}

/**
 * The simulated workers: each task is accepted, begun and fed back by who has it, and closed by somebody else. They act
 * through the API as themselves and let go of a task for good once a person had a hand in it.
 */
export class Crew {
  readonly #options: CrewOptions;
  readonly #known = new Set<string>();
  #isWatched = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** From now on somebody looks on, and shall see the end: everything takes seconds instead of its time. */
  hurry(): void {
    this.#isWatched = true;
  }

  /** Takes up every open task that it does not know yet. */
  async look(now: EpochMs): Promise<void> {
    const { dispatcher, staff } = this.#options;
    const { status, body } = await staff.ask(dispatcher, 'GET', '/api/v1/tasks?limit=50');
    if (status !== 200) throw new Error(`the tasks cannot be read: the platform answered ${status}`);
    for (const task of tasksIn(body)) this.take(task, now);
  }

  /** Takes up a task, unless somebody has begun with it. */
  take(task: TaskSight, now: EpochMs): void {
    if (this.#known.has(task.id)) return;
    this.#known.add(task.id);
    const inHand: InHand = {
      id: task.id,
      orders: this.#options.ordersFor(task),
      hands: handsOn(task),
      tries: 0,
    };
    if (inHand.hands > 0) return;
    const { orders } = inHand;
    const since = Date.parse(task.dispatchedAt ?? task.createdAt);
    this.#plan(task, inHand, Math.max(since + (orders.waitMs ?? 0), now - second));
  }

  /** Puts the next step on the agenda, so long after `since` as somebody takes for it. */
  #plan(task: TaskSight, inHand: InHand, since: number): void {
    const step = stepIn[task.state];
    if (step === undefined || step === inHand.orders.leave) return;
    const { agenda } = this.#options;
    const [least, most] = (this.#isWatched ? livePace(task.category) : habitOf(task).pace)[step];
    const takesMs = this.#chance(task, step).between(least, most);
    agenda.add(since + takesMs, (now) => this.#step(inHand, now));
  }

  async #step(inHand: InHand, now: EpochMs): Promise<void> {
    const { agenda, dispatcher, note, staff } = this.#options;
    const path = `/api/v1/tasks/${inHand.id}`;
    const seen = await staff.ask(dispatcher, 'GET', path);
    if (seen.status !== 200) return note(`task ${inHand.id} cannot be read (${seen.status})`);
    const task = taskIn(seen.body);
    const step = stepIn[task.state];
    if (step === undefined || handsOn(task) !== inHand.hands) return;
    const person = step === 'close' ? this.#verifier(task, now) : task.assignee;
    if (person === undefined || person === null) return;
    const comment = step === 'feedback' ? { comment: this.#finding(task).comment } : {};
    const done = await staff.ask(person, 'POST', `${path}/${step}`, { version: task.version, ...comment });
    if (done.status === 200) {
      await this.#sayOfAlarms(task, step, person);
      const after = await staff.ask(dispatcher, 'GET', path);
      if (after.status !== 200) return;
      Object.assign(inHand, { hands: handsOn(taskIn(after.body)), tries: 0 });
      this.#plan(taskIn(after.body), inHand, now);
      return;
    }
    inHand.tries += 1;
    // 409: an alarm joined, or somebody was quicker; the next look tells which.
    if (done.status === 409 && inHand.tries < triesOfStep)
      agenda.add(now + second, (later) => this.#step(inHand, later));
    else note(`${person} could not ${step} task ${inHand.id}: ${reasonIn(done)}`);
  }

  /** Who accepts has seen the alarms; who feeds back says what they were. */
  async #sayOfAlarms(task: TaskSight, step: Step, person: string): Promise<void> {
    const { staff } = this.#options;
    if (step === 'close') return;
    for (const alarm of task.alarms) {
      const path = `/api/v1/alarms/${alarm}`;
      // Again with the feedback: others may have joined meanwhile.
      if (step !== 'start') await staff.ask(person, 'POST', `${path}/acknowledge`, {});
      if (step === 'feedback')
        await staff.ask(person, 'POST', `${path}/dispose`, { disposition: this.#finding(task).disposition });
    }
  }

  #verifier(task: TaskSight, now: EpochMs): string | undefined {
    return this.#options.duty.verifier(task.place, now, handlersOf(task));
  }

  #finding(task: TaskSight): Finding {
    return this.#chance(task, 'finding').pick(habitOf(task).findings);
  }

  #chance({ createdAt, key, rule }: TaskSight, purpose: string): Chance {
    return new Chance('crew', this.#options.seed, rule ?? '', key ?? '', createdAt, purpose);
  }
}

function reasonIn({ status, body }: StaffAnswer): string {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail) : '';
  return detail === '' ? `the platform answered ${status}` : detail;
}
