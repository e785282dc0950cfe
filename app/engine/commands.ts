import { auditLines } from '#app/engine/audit.ts';
import type { ConfigurationChanges } from '#app/engine/configuration-changes.ts';
import type { DeviceCommands } from '#app/engine/device-commands.ts';
import type { Effects } from '#app/engine/effects.ts';
import { Returned } from '#app/engine/returned.ts';
import type { AlarmTransition } from '#model/alarm.ts';
import type { EpochMs, PersonId, PlaceId, Position, TaskId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Command, ResourceName } from '#model/command.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Bulletin, Notice } from '#model/notice.ts';
import type { Posted, Told } from '#model/posted-alarm.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Actor, CommandRecord } from '#model/record.ts';
import type { Role } from '#model/role.ts';
import { retentionState } from '#store/ops/reader.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import type { Asker } from '#tasks/permission.ts';
import type { PostContext, PostDecision } from '#tasks/posted-alarms.ts';
import type { TaskDesk } from '#tasks/task-desk.ts';

export interface CommandParts {
  readonly ops: OpsWriter;
  readonly desk: TaskDesk;
  readonly deviceCommands: DeviceCommands;
  readonly effects: Effects;
  readonly changes: ConfigurationChanges;
}

/** What a command may ask of the engine itself. */
export interface EngineHands {
  readonly clock: ClockKind;
  /** How many entries of it came back to quarantine, of those that `fresh` lets through, and how many readings it became. */
  replayQuarantined(
    quarantined: Quarantined,
    fresh: (entries: readonly Quarantined[]) => readonly Quarantined[],
  ): { readonly returned: number; readonly readings: number };
  /** What history could not store: it is asked again. */
  storeAgain(quarantined: Quarantined): void;
  advanceClock(to: EpochMs | undefined): EpochMs | undefined;
  /** The inbox record of the command. */
  readonly position: Position;
  /** What the rules say of a change. */
  transitions(transitions: readonly AlarmTransition[]): void;
}

/** Applies people's commands: each whole or not at all, each with an entry in the audit when it was carried out. */
export class Commands {
  readonly #parts: CommandParts;
  readonly #changes: ConfigurationChanges;

  constructor(parts: CommandParts) {
    this.#parts = parts;
    this.#changes = parts.changes;
  }

  apply(record: CommandRecord, now: EpochMs, hands: EngineHands): Outcome<unknown> {
    const outcome = this.#carryOut(record, now, hands);
    if (outcome.ok && !isRepeat(outcome.value)) {
      const { actor, command } = record;
      for (const line of auditLines(record, (rule) => this.#parts.ops.lastRuleVersions(rule, 2)))
        this.#parts.ops.audit({ at: now, actor: actor.id, action: command.name, ...line });
    }
    return outcome;
  }

  #carryOut({ actor, at, command, id }: CommandRecord, now: EpochMs, hands: EngineHands): Outcome<unknown> {
    const { desk, deviceCommands, ops } = this.#parts;
    switch (command.name) {
      case 'change': {
        const { position } = hands;
        const transitions = hands.transitions.bind(hands);
        const outcome = this.#changes.apply({ actor, command }, { now, position, transitions });
        if (outcome.ok && command.changes.some(({ resource }) => governsDeadlines.has(resource)))
          desk.configurationChanged(now);
        const devices = command.changes
          .filter(({ resource }) => resource === 'device')
          .map((each) => each.id);
        if (outcome.ok && devices.length > 0) desk.devicesChanged(new Set(devices), now);
        return outcome;
      }
      case 'create-task':
        return desk.create(command.task, `t-${id}` as TaskId, actor, now);
      case 'act-on-task': {
        const { role, person } = this.#standingOf(actor);
        return role === undefined
          ? fail('not-allowed', `${actor.id} has no account any more`)
          : desk.act(command, actor, role, person, now);
      }
      case 'create-report':
        return desk.reporting.create(command.report, `t-${id}` as TaskId, actor, now);
      case 'evaluate-report':
        return desk.verdicts.evaluate(command.codeHash, command, now);
      case 'reopen-report':
        return desk.verdicts.reopen(command.codeHash, command.words, now);
      case 'add-evidence':
        return desk.reporting.addEvidence(command.task, command, actor, now);
      case 'forget-photos':
        for (const photo of command.ids) ops.reports.dropPhoto(photo);
        return succeed(null);
      case 'erase-devices':
        this.#changes.forgetDevices(command.devices, command.subjects ?? [], now);
        return succeed(null);
      case 'note-history':
        if (command.retention !== undefined) ops.putState(retentionState, 'last', command.retention);
        return succeed(null);
      case 'note-flows':
        return succeed(null);
      case 'forget-reports':
        desk.forgetting.forget(command.tasks, command.part, now);
        return succeed(null);
      case 'come-to-task':
        return this.#asAsker(actor, (asker) => desk.ladders.comes(command.task, command, asker, now));
      case 'answer-ladder':
        return this.#asAsker(actor, (asker) => desk.ladders.answer(command.task, command, asker, now));
      case 'acknowledge-alarm':
        return desk.acknowledge(command.alarm, actor, command.comment, now);
      case 'dispose-alarm':
        return desk.dispose(command.alarm, command.disposition, actor, command.comment, now);
      case 'raise-alarm':
        return this.#post(desk.posted.raise(command, this.#postContext(actor, now, hands)), hands);
      case 'clear-alarm':
        return this.#post(desk.posted.clear(command, this.#postContext(actor, now, hands)), hands);
      case 'command-device':
        return deviceCommands.ask(command, actor, now);
      case 'withdraw-device-command':
        return deviceCommands.withdraw(command.device, command.id, now);
      case 'replay-quarantine':
        return this.#replay(command.ids, now, hands);
      case 'discard-quarantine':
        return this.#discard(command.ids, now);
      case 'announce':
        return succeed(this.#announceAll(command, now, at));
      case 'open-session':
        ops.openSession(command.tokenHash, command.account, command.expiresAt, at);
        return succeed(null);
      case 'close-session':
        ops.closeSession(command.tokenHash);
        return succeed(null);
      case 'advance-clock':
        return this.#advanceClock(command.to, hands);
    }
  }

  #announceAll(
    { bulletins, request }: Command & { readonly name: 'announce' },
    now: EpochMs,
    at: EpochMs,
  ): Told {
    const { posts } = this.#parts.ops;
    if (request !== undefined) {
      if (posts.done(request)) return { told: 0 };
      posts.put(request, { alarm: null, at: now });
    }
    for (const bulletin of bulletins) this.#announce(bulletin, at);
    return { told: bulletins.length };
  }

  #announce(bulletin: Bulletin, at: EpochMs): void {
    const { ops } = this.#parts;
    const { person, series } = bulletin;
    if (series) {
      const until = ops.toldUntil(series.name, person);
      if (until !== undefined && until >= series.until) return;
      ops.putToldUntil(series.name, person, series.until);
    }
    ops.putNotice(noticeOf(bulletin, at));
  }

  #postContext(actor: Actor, now: EpochMs, { position }: EngineHands): PostContext {
    const isRule = (rule: string): boolean => this.#parts.ops.resource('rule', rule) !== undefined;
    return { actor, role: this.#standingOf(actor).role, now, position, isRule };
  }

  #post(decision: Outcome<PostDecision>, hands: EngineHands): Outcome<Posted> {
    if (!decision.ok) return decision;
    const { alarm, did, transitions } = decision.value;
    hands.transitions(transitions);
    this.#parts.effects.counts.posts.add(did);
    return succeed({ alarm, did });
  }

  #asAsker<T>(actor: Actor, act: (asker: Asker) => Outcome<T>): Outcome<T> {
    const { role, person } = this.#standingOf(actor);
    return role === undefined
      ? fail('not-allowed', `${actor.id} has no account any more`)
      : act({ actor, role, person });
  }

  /** Role and person as they are now, not as they were when the request was made. */
  #standingOf(actor: Actor): { role: Role | undefined; person: PersonId | undefined } {
    const { ops } = this.#parts;
    switch (actor.kind) {
      case 'operator':
      case 'system':
        return { role: 'admin', person: undefined };
      case 'account': {
        const account = ops.account(actor.id);
        return { role: account?.role, person: account?.person as PersonId | undefined };
      }
      case 'link': {
        const person = ops.resource('person', actor.id)?.body;
        return { role: person?.role, person: person?.id };
      }
      case 'resident':
        return { role: undefined, person: undefined };
      case 'token':
        return { role: ops.apiTokenById(actor.id)?.role, person: undefined };
    }
  }

  #replay(ids: readonly number[], now: EpochMs, hands: EngineHands): Outcome<Replayed> {
    const { effects, ops } = this.#parts;
    const missing: number[] = [];
    const coming = new Returned(ops);
    let [read, readings, returned] = [0, 0, 0];
    for (const id of ids) {
      const quarantined = ops.quarantinedById(id);
      if (!quarantined?.isHeld) {
        missing.push(id);
        continue;
      }
      // Before it is read: what comes back of it is not held by itself.
      ops.markReplayed(id, now);
      if (quarantined.reason === 'not-stored') {
        hands.storeAgain(quarantined);
        read += 1;
        continue;
      }
      const result = hands.replayQuarantined(quarantined, (entries) => coming.fresh(entries));
      returned += result.returned;
      readings += result.readings;
      if (result.readings > 0) read += 1;
    }
    effects.wantSnapshot();
    return succeed({ replayed: ids.length - missing.length, read, readings, returned, missing });
  }

  /** It stays where it is, but nobody is asked to do anything about it any more. */
  #discard(ids: readonly number[], now: EpochMs): Outcome<{ discarded: number; missing: readonly number[] }> {
    const { ops } = this.#parts;
    const missing = ids.filter((id) => {
      const isHeld = ops.quarantinedById(id)?.isHeld === true;
      if (isHeld) ops.markDiscarded(id, now);
      return !isHeld;
    });
    return succeed({ discarded: ids.length - missing.length, missing });
  }

  #advanceClock(to: EpochMs | undefined, hands: EngineHands): Outcome<{ now: EpochMs | null }> {
    if (hands.clock !== 'data')
      return fail('wrong-clock', 'the clock of this platform is the wall clock: start it with --clock data');
    const now = hands.advanceClock(to);
    this.#parts.effects.wantSnapshot();
    return succeed({ now: now ?? null });
  }
}

/** What a replay came to. */
interface Replayed {
  readonly replayed: number;
  /** Of those, which became readings, or did so in history. */
  readonly read: number;
  readonly readings: number;
  readonly returned: number;
  readonly missing: readonly number[];
}

/** What was done before, and is audited. */
const isRepeat = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (('did' in value && value.did === 'repeated') || ('told' in value && value.told === 0));

const noticeOf = ({ id, person, severity, text }: Bulletin, at: EpochMs): Omit<Notice, 'seq'> => ({
  id,
  at,
  task: null,
  version: 0,
  kind: 'bulletin',
  person,
  severity,
  lifeSafety: false,
  category: '',
  place: '' as PlaceId,
  because: [],
  bulletin: text,
});

/** A change of these may change who is on duty until when, and what is due for the open tasks. */
const governsDeadlines: ReadonlySet<ResourceName> = new Set([
  'community',
  'place',
  'person',
  'roster',
  'rule',
  'category',
]);
