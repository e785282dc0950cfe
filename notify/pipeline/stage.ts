import type { DurationMs, EpochMs } from '#model/brand.ts';
import type { Notice } from '#model/notice.ts';
import type { Task } from '#model/task.ts';
import type { NotifyStore, World } from '#notify/ports.ts';
import type { NotifyReason } from '#notify/reason.ts';

/** A notice, with its task as it stands now. */
export interface Subject {
  readonly notice: Notice;
  /** undefined: there is none any more. */
  readonly task: Task | undefined;
  readonly now: EpochMs;
}

/** The notice with its task as it stands. */
export const subjectOf = (notice: Notice, world: Pick<World, 'task'>, now: EpochMs): Subject => ({
  notice,
  task: notice.task === null ? undefined : world.task(notice.task),
  now,
});

/** What a stage may look at. */
export interface Surroundings {
  readonly world: World;
  readonly told: Pick<NotifyStore, 'messagesOn' | 'waitingFor' | 'lastToldTo'>;
  /** All of the installation, in the order of its cascade. */
  readonly channels: readonly string[];
  /** Of these those that bring figures to one person, e-mail first. */
  readonly quietChannels: readonly string[];
  /** What is no matter of life and comes within this of another message to the same person is gathered. */
  readonly groupWithinMs: DurationMs;
}

/** How somebody is going to be told, as far as it was decided. */
export interface Plan {
  readonly because: readonly NotifyReason[];
  /** Not earlier than this. */
  readonly notBefore: EpochMs;
  /** The notice that it is told with. */
  readonly lead: string | null;
  /** In this order. */
  readonly channels: readonly string[];
}

export type Verdict =
  | { readonly plan: Plan }
  /** Nobody is told. */
  | {
      readonly stop: 'inhibited' | 'silenced' | 'repeated';
      readonly because: readonly NotifyReason[];
    };

/** One step of the pipeline: a decision with its reasons. Reads only. */
export type Stage = (plan: Plan, subject: Subject, around: Surroundings) => Verdict;

export const stop = (state: 'inhibited' | 'silenced' | 'repeated', ...because: NotifyReason[]): Verdict => ({
  stop: state,
  because,
});

export const goOn = (plan: Plan, changes: Partial<Plan> = {}): Verdict => ({
  plan: { ...plan, ...changes, because: [...plan.because, ...(changes.because ?? [])] },
});
