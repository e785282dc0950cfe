import type { MachineState } from '#rules/engine/machine.ts';
import type { Plan } from '#rules/engine/steps.ts';
import type { Stream } from '#rules/engine/stream.ts';

/** Others that the same readings wake, as far as one has to know of them; `place`: its own among them. */
interface Company {
  isCalm(place: number): boolean;
  /** Time of the newest reading that those that are calm took in, epoch ms. */
  readonly calmAt: number;
  stir(place: number): void;
  /** Nothing of it stands or waits after the reading that is being taken in. */
  calm(place: number, stream: Stream): void;
}

/**
 * How far one rule has come at one device: its state, and when something happened to it last. While it is calm (lane.ts)
 * readings pass without a word to it, and what they changed is found when somebody asks.
 */
export class Progress {
  #plan: Plan;
  #state: MachineState;
  #clock = Number.NEGATIVE_INFINITY;
  #company: Company | null = null;
  #place = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#state = plan.initial;
  }

  get plan(): Plan {
    return this.#plan;
  }
  set plan(plan: Plan) {
    this.stir();
    this.#plan = plan;
  }

  /** After everything so far, timers included. Who changes it is not calm any more. */
  get state(): MachineState {
    return this.#company?.isCalm(this.#place)
      ? this.#plan.calmed(this.#state, this.#company.calmAt)
      : this.#state;
  }
  set state(state: MachineState) {
    this.stir();
    this.#state = state;
  }

  /** Time of the last thing that happened, epoch ms. Who changes it is not calm any more. */
  get clock(): number {
    return this.#company?.isCalm(this.#place) ? this.#company.calmAt : this.#clock;
  }
  set clock(at: number) {
    this.stir();
    this.#clock = at;
  }

  /** A calm state after readings that said nothing new, the last of them at `at`. */
  calmed(state: MachineState, at: number): MachineState {
    return this.#plan.calmed(state, at);
  }

  /** From now on these may let readings pass for it. */
  join(company: Company, place: number): void {
    this.#company = company;
    this.#place = place;
  }
  leave(): void {
    this.stir();
    this.#company = null;
  }

  /** It is not calm any more: each reading is told to it. */
  stir(): void {
    if (!this.#company?.isCalm(this.#place)) return;
    const { state, clock } = this;
    this.#state = state;
    this.#clock = clock;
    this.#company.stir(this.#place);
  }

  /** It may be calm from now on, if its state is. */
  rest(stream: Stream): void {
    if (this.#company !== null && this.#plan.isCalm(this.#state)) this.#company.calm(this.#place, stream);
  }
}
