import type { EpochMs } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Reason } from '#model/reason.ts';
import type { Assigner } from '#tasks/assigner.ts';
import { escalate } from '#tasks/escalating.ts';
import { missingEvidence } from '#tasks/evidence.ts';
import { Handing } from '#tasks/handing.ts';
import type { Merging } from '#tasks/merging.ts';
import { resume } from '#tasks/pausing.ts';
import { actorName, isHandler } from '#tasks/permission.ts';
import type { TaskRow } from '#tasks/ports.ts';
import { reasonText } from '#tasks/reason-text.ts';
import type { Splitting } from '#tasks/splitting.ts';
import { approveSuspension, refuseSuspension, requestSuspension, suspend } from '#tasks/suspending.ts';
import type { AllowedAction } from '#tasks/task-action.ts';
import { type StepNote, TaskDraft } from '#tasks/task-draft.ts';

/** What each action does to a task: its states, its assignee, its time limits. */
export class LifeCycle {
  readonly #configuration: Configuration;
  readonly #assigner: Assigner;
  readonly #handing: Handing;
  readonly #merging: Merging;
  readonly #splitting: Splitting;

  constructor(parts: {
    readonly configuration: Configuration;
    readonly assigner: Assigner;
    readonly merging: Merging;
    readonly splitting: Splitting;
  }) {
    this.#configuration = parts.configuration;
    this.#assigner = parts.assigner;
    this.#handing = new Handing(parts.configuration, parts.assigner);
    this.#merging = parts.merging;
    this.#splitting = parts.splitting;
  }

  /** The task's next version. Refused, nothing was written anywhere. */
  perform(allowed: AllowedAction): Outcome<TaskDraft> {
    const { row, action, asker, input, now } = allowed;
    const draft = TaskDraft.change(row, now);
    const note: StepNote = { actor: actorName(asker), action, comment: input.comment };
    switch (action) {
      case 'verify':
        return succeed(draft.step('verifying', note));
      case 'reject':
        return succeed(draft.step('rejected', note));
      case 'file':
        return succeed(this.#handing.file(draft, note, now));
      case 'accept':
        return succeed(draft.step('accepted', note, this.#acceptance(row, now)));
      case 'claim':
        return this.#claim(draft, note, allowed);
      case 'start':
        return succeed(draft.step('in-progress', note));
      case 'feedback':
        return this.#feedback(draft, note, input.comment);
      case 'close':
        return succeed(
          draft.step('closed', { ...note, because: this.#selfVerified(allowed) }, { closedAt: now }),
        );
      case 'rework':
        return succeed(this.#handing.rework(draft, { ...note, because: this.#selfVerified(allowed) }, now));
      case 'return':
        return succeed(this.#handing.giveBack(draft, note, allowed));
      case 'dispatch':
      case 'transfer':
        return this.#handing.hand(draft, note, allowed);
      case 'suspend':
        return suspend(draft, note, allowed);
      case 'request-suspension':
        return requestSuspension(draft, note, { ...allowed, ...this.#people() });
      case 'approve-suspension':
        return approveSuspension(draft, note, allowed);
      case 'refuse-suspension':
        return refuseSuspension(draft, note);
      case 'resume':
        return succeed(resume(draft, note, now));
      case 'urge':
        return succeed(draft.step(row.state, note));
      case 'escalate':
        return escalate(draft, note, { ...allowed, ...this.#people() });
      case 'void':
        return succeed(draft.step('void', note));
      case 'merge':
        return this.#merging.merge(draft, note, allowed);
      case 'split':
        return this.#splitting.split(draft, note, allowed);
      case 'evaluate':
        return evaluate(draft, note, input.rating);
      default:
        return action satisfies never;
    }
  }

  #people() {
    return { configuration: this.#configuration, assigner: this.#assigner };
  }

  #acceptance(row: TaskRow, now: EpochMs): Pick<TaskRow, 'acceptedAt' | 'dispatchedAt' | 'handleBy'> {
    return {
      acceptedAt: now,
      dispatchedAt: row.dispatchedAt ?? now,
      handleBy: this.#assigner.handleBy(row, now),
    };
  }

  #claim(draft: TaskDraft, note: StepNote, { row, asker, now }: AllowedAction): Outcome<TaskDraft> {
    const { person } = asker;
    if (person === undefined) return fail('not-allowed', 'a claim is for a person');
    const because = [{ code: 'claimed', person }] as const;
    const reason = reasonText(because);
    const fields = { assignee: person, reason, because, ...this.#acceptance(row, now) };
    return succeed(draft.step('accepted', { ...note, because }, fields));
  }

  #feedback(draft: TaskDraft, note: StepNote, comment: string | undefined): Outcome<TaskDraft> {
    const { category, evidence } = draft.row;
    const missing = missingEvidence(this.#configuration.category(category), { evidence, comment });
    return missing.length === 0
      ? succeed(draft.step('feedback', note))
      : fail(
          'evidence-missing',
          `tasks of category ${category} are fed back with proof: ${missing.join(' and ')} missing`,
          { missing },
        );
  }

  /** Why a handler may verify; none where somebody else does. */
  #selfVerified({ row, asker, history }: AllowedAction): readonly Reason[] {
    if (!isHandler(asker, row, history)) return [];
    const { category } = row;
    const isCommunitys = this.#configuration.selfVerifyBy(category) === 'community';
    const by = isCommunitys ? ({ by: 'community' } as const) : {};
    return [{ code: 'self-verified', person: actorName(asker), category, ...by }];
  }
}

function evaluate(draft: TaskDraft, note: StepNote, rating: number | undefined): Outcome<TaskDraft> {
  if (rating === undefined || !Number.isInteger(rating) || rating < 1 || rating > 5)
    return fail('invalid-input', 'a rating is a whole number from 1 to 5');
  return succeed(draft.step('evaluated', { ...note, because: [{ code: 'rated', rating }] }, { rating }));
}
