import { noDevice } from '#model/alarm.ts';
import { type EpochMs, position, type RuleId } from '#model/brand.ts';
import { defaultCategories } from '#model/default-categories.ts';
import type { Outcome } from '#model/errors.ts';
import type { PostedAlarm, PostedClear } from '#model/posted-alarm.ts';
import type { Role } from '#model/role.ts';
import type { PostDecision } from '#tasks/posted-alarms.ts';
import { type Demo, placeId, t0 } from '#tests/tasks/support/demo.ts';

/** Says to the desk of a demo what a flow says, and takes over what comes of it, as the engine does. */
export class Poster {
  readonly #demo: Demo;
  role: Role | undefined = 'property-manager';
  /** Ids that rules of the community have. */
  readonly rules = new Set<string>();

  constructor(demo: Demo) {
    this.#demo = demo;
    for (const body of defaultCategories)
      demo.configuration.apply({ op: 'put', resource: 'category', id: body.id, body });
  }

  raise(changes: Partial<Omit<PostedAlarm, 'rule'>> & { rule?: string } = {}, now: EpochMs = t0) {
    const { rule = 'corridor', ...rest } = changes;
    const post: PostedAlarm = {
      rule: rule as RuleId,
      key: 'b3',
      id: 'm-1',
      category: 'facilities',
      severity: 'minor',
      lifeSafety: false,
      place: placeId('b3'),
      device: noDevice,
      evidence: [],
      within: null,
      ...rest,
    };
    return this.#take(this.#demo.desk.posted.raise(post, this.#context(now)), now);
  }

  clear(changes: Partial<Omit<PostedClear, 'rule'>> & { rule?: string } = {}, now: EpochMs = t0) {
    const { rule = 'corridor', ...rest } = changes;
    const post: PostedClear = { rule: rule as RuleId, key: 'b3', id: 'c-1', within: null, ...rest };
    return this.#take(this.#demo.desk.posted.clear(post, this.#context(now)), now);
  }

  #take(outcome: Outcome<PostDecision>, now: EpochMs): Outcome<PostDecision> {
    if (outcome.ok) for (const said of outcome.value.transitions) this.#demo.desk.apply(said, now);
    return outcome;
  }

  #context(now: EpochMs) {
    return {
      actor: { kind: 'token', id: 'token-flow' } as const,
      role: this.role,
      now,
      position: position(1),
      isRule: (rule: string) => this.rules.has(rule),
    };
  }
}

/** What was done, or why nothing was. */
export const didOf = (outcome: Outcome<PostDecision>): string =>
  outcome.ok ? outcome.value.did : outcome.failure.code;
