import type { Alarm, AlarmTransition } from '#model/alarm.ts';
import { type EpochMs, epochMs, minute, type Position } from '#model/brand.ts';
import type { Configuration } from '#model/configuration.ts';
import { type Failure, type Outcome, succeed } from '#model/errors.ts';
import {
  type Posted,
  type PostedAlarm,
  type PostedClear,
  type PostName,
  postedAlarmId,
  postHash,
} from '#model/posted-alarm.ts';
import type { Actor } from '#model/record.ts';
import type { Role } from '#model/role.ts';
import type { TaskStore } from '#tasks/ports.ts';

/** Who asks, as they are when it is processed, and when that is. */
export interface PostContext {
  readonly actor: Actor;
  /** undefined: the account or token is gone. */
  readonly role: Role | undefined;
  readonly now: EpochMs;
  /** The inbox record of the request. */
  readonly position: Position;
  /** Whether a rule of the community has the id. */
  readonly isRule: (rule: string) => boolean;
}

/** What came of it, and what is to be said of alarms for it. */
export interface PostDecision extends Posted {
  readonly transitions: readonly AlarmTransition[];
}

const lateMs = 5 * minute;
const earliest = epochMs(Date.UTC(2020, 0, 1));

/**
 * Alarms that no rule raises: a flow, or another system, says that one begins and ends. As with a rule at most one stands
 * for (rule, key). Each request is done once for ever: what was done is looked up first, whatever stands since.
 */
export class PostedAlarms {
  readonly #store: Pick<TaskStore, 'posts'>;
  readonly #configuration: Configuration;

  constructor(parts: {
    readonly store: Pick<TaskStore, 'posts'>;
    readonly configuration: Configuration;
  }) {
    this.#store = parts.store;
    this.#configuration = parts.configuration;
  }

  /**
   * Refusals: `not-allowed`, `already-exists` (a rule of the community has the id), `unknown-reference` (place, device or category that is
   * not there any more).
   */
  raise(post: PostedAlarm, context: PostContext): Outcome<PostDecision> {
    const { posts } = this.#store;
    const hash = postHash('raise', post);
    const done = posts.done(hash);
    if (done) return succeed({ did: 'repeated', alarm: done.alarm, transitions: [] });
    const standing = posts.standing(post);
    const failure =
      this.#refusal(post, standing, context) ??
      (context.isRule(post.rule) ? taken(post.rule) : null) ??
      this.#missing(post);
    if (failure) return { ok: false, failure };
    if (standing) {
      posts.put(hash, { alarm: standing.id, at: context.now });
      if (standing.severity === post.severity)
        return succeed({ did: 'stood', alarm: standing.id, transitions: [] });
      const { severity } = post;
      const evidence = post.evidence.length > 0 ? post.evidence : standing.evidence;
      const regrade = { type: 'severity', alarm: standing.id, severity, at: context.now, evidence } as const;
      return succeed({ did: 'regraded', alarm: standing.id, transitions: [regrade] });
    }
    const alarm = this.#alarmOf(post, context);
    posts.put(hash, { alarm: alarm.id, at: context.now });
    return succeed({
      did: 'raised',
      alarm: alarm.id,
      transitions: [{ type: 'raised', alarm, at: alarm.startedAt }],
    });
  }

  /** Refusals: `not-allowed`. Where nothing stands there is nothing to do, now and when it is said again. */
  clear(post: PostedClear, context: PostContext): Outcome<PostDecision> {
    const { posts } = this.#store;
    const hash = postHash('clear', post);
    const done = posts.done(hash);
    if (done) return succeed({ did: 'repeated', alarm: done.alarm, transitions: [] });
    const standing = posts.standing(post);
    const failure = this.#refusal({ ...post, lifeSafety: false }, standing, context);
    if (failure) return { ok: false, failure };
    posts.put(hash, { alarm: standing?.id ?? null, at: context.now });
    if (!standing) return succeed({ did: 'stood', alarm: null, transitions: [] });
    const cleared = { type: 'cleared', alarm: standing.id, at: context.now } as const;
    return succeed({ did: 'cleared', alarm: standing.id, transitions: [cleared] });
  }

  #refusal(
    post: PostName & Pick<PostedAlarm, 'lifeSafety' | 'within'>,
    standing: Alarm | undefined,
    { actor, role }: PostContext,
  ): Failure | null {
    if (role === undefined) return refused(`${actor.id} has no account any more`);
    if (standing && !this.#isWithin(standing, post.within))
      return refused(`the alarm of ${post.rule} for ${post.key} stands at a place that is not yours`);
    if ((post.lifeSafety || standing?.lifeSafety === true) && role !== 'admin')
      return refused('alarms of life safety are for the role admin');
    return null;
  }

  #isWithin({ place }: Pick<Alarm, 'place'>, within: PostedAlarm['within']): boolean {
    return within === null || within.some((own) => this.#configuration.isWithin(place, own));
  }

  /** What was there when it was asked for may be gone when its turn comes. */
  #missing({ category, device, place }: PostedAlarm): Failure | null {
    const configuration = this.#configuration;
    if (!configuration.place(place) && String(configuration.communityId) !== place)
      return absent(`there is no place ${place}`);
    if (device !== '' && !configuration.device(device)) return absent(`there is no device ${device}`);
    const isCategory = [...configuration.categories()].some(({ id }) => id === category);
    return isCategory ? null : absent(`there is no category ${category}`);
  }

  #alarmOf(post: PostedAlarm, { actor, now, position }: PostContext): Alarm {
    const { at, category, device, evidence, key, lifeSafety, place, rule, severity, title } = post;
    // A clock that is wrong: as with readings the time of receipt counts, an alarm is never lost for it.
    const startedAt = at === undefined || at > now || at < earliest ? now : at;
    const resident = this.#configuration.device(device)?.resident;
    return {
      id: postedAlarmId(post),
      rule,
      ruleVersion: 0,
      key,
      device,
      place,
      ...(resident === undefined ? {} : { resident }),
      category,
      severity,
      lifeSafety,
      state: 'active',
      ack: false,
      startedAt,
      receivedLate: now - startedAt > lateMs,
      revised: false,
      position,
      evidence,
      tasks: [],
      posted: { by: actor.id, ...(title === undefined ? {} : { title }) },
    };
  }
}

const refused = (detail: string): Failure => ({ code: 'not-allowed', detail });
const absent = (detail: string): Failure => ({ code: 'unknown-reference', detail });
const taken = (rule: string): Failure => ({
  code: 'already-exists',
  detail: `a rule of the community has the id ${rule}: choose another`,
});
