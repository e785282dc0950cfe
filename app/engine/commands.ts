import { checkChange } from '#app/engine/check-change.ts';
import type { Effects } from '#app/engine/effects.ts';
import type { LatestValues } from '#app/engine/latest-values.ts';
import type { Ingest } from '#ingest/ingest.ts';
import type { AlarmTransition } from '#model/alarm.ts';
import type { DeviceId, EpochMs, PersonId, TaskId } from '#model/brand.ts';
import type { ClockKind } from '#model/clock.ts';
import type { Account, Command, ResourceChange } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { Quarantined } from '#model/quarantine.ts';
import type { Actor, CommandRecord } from '#model/record.ts';
import type { Role } from '#model/role.ts';
import type { RuleEngine } from '#rules/engine/engine.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import type { TaskDesk } from '#tasks/task-desk.ts';

export interface CommandParts {
  readonly ops: OpsWriter;
  readonly configuration: Configuration;
  readonly rules: RuleEngine;
  readonly desk: TaskDesk;
  readonly latest: LatestValues;
  readonly ingest: Ingest;
  readonly effects: Effects;
}

/** What a command may ask of the engine itself. */
export interface EngineHands {
  readonly clock: ClockKind;
  replayQuarantined(quarantined: Quarantined): void;
  advanceClock(to: EpochMs | undefined): EpochMs | undefined;
  /** What the rules say of a change. */
  transitions(transitions: readonly AlarmTransition[]): void;
}

/** Applies people's commands: each whole or not at all, each with an entry in the audit when it was carried out. */
export class Commands {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  apply(record: CommandRecord, now: EpochMs, hands: EngineHands): Outcome<unknown> {
    const outcome = this.#carryOut(record, now, hands);
    if (outcome.ok) this.#audit(record, now);
    return outcome;
  }

  #carryOut({ actor, at, command, id }: CommandRecord, now: EpochMs, hands: EngineHands): Outcome<unknown> {
    const { desk, ops } = this.#parts;
    switch (command.name) {
      case 'change':
        return this.#change(command, now, hands);
      case 'create-task':
        return desk.create(command.task, `t-${id}` as TaskId, actor, now);
      case 'act-on-task': {
        const { role, person } = this.#standingOf(actor);
        return role === undefined
          ? fail('not-allowed', `${actor.id} has no account any more`)
          : desk.act(command, actor, role, person, now);
      }
      case 'acknowledge-alarm':
        return desk.acknowledge(command.alarm, actor, command.comment, now);
      case 'dispose-alarm':
        return desk.dispose(command.alarm, command.disposition, actor, command.comment, now);
      case 'replay-quarantine':
        return this.#replay(command.ids, now, hands);
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
      case 'token':
        return { role: ops.apiTokenById(actor.id)?.role, person: undefined };
    }
  }

  #change(command: Command & { name: 'change' }, now: EpochMs, hands: EngineHands): Outcome<unknown> {
    const { configuration, effects, ops, rules } = this.#parts;
    const checked = checkChange(command, (resource, id) => ops.resource(resource, id), configuration);
    if (!checked.ok) return checked;
    const conflict = this.#conflict(command);
    if (conflict) return conflict;
    effects.rightsChanged(command.changes.flatMap((change) => this.#losingConnections(change)));
    const stored = command.changes.map((change) => {
      configuration.apply(change);
      this.#noteMode(change, now);
      // Another password, another role, or none: whoever is signed in signs in again.
      if (change.resource === 'account') ops.closeSessionsOf(change.id);
      if (change.op === 'delete' && change.resource === 'device') this.#forget(change.id as DeviceId);
      return ops.applyChange(change, now);
    });
    if (command.changes.some(({ resource }) => resource === 'rule'))
      hands.transitions(rules.setRules(rulesIn(ops)));
    else if (command.changes.some(({ resource }) => governsRules.has(resource)))
      hands.transitions(rules.configurationChanged());
    effects.wantSnapshot();
    return succeed(stored);
  }

  /** Somebody changed it meanwhile, or nobody could administer Gridbell any more. */
  #conflict({ changes, versions = {} }: Command & { name: 'change' }): Outcome<never> | null {
    const { ops } = this.#parts;
    for (const { id, resource } of changes) {
      const seen = versions[`${resource} ${id}`];
      const version = ops.resource(resource, id)?.version;
      if (seen !== undefined && seen !== version)
        return fail('stale-version', `${resource} ${id} was changed meanwhile: version ${seen} was seen`, {
          version: version ?? null,
        });
    }
    const isAdmin = (account: Account): boolean =>
      account.role === 'admin' && account.passwordHash !== undefined;
    if (!changes.some(({ resource }) => resource === 'account') || !ops.accounts().some(isAdmin)) return null;
    const after = new Map(ops.accounts().map((account) => [account.id, account]));
    for (const change of changes) {
      if (change.resource !== 'account') continue;
      if (change.op === 'delete') after.delete(change.id);
      else after.set(change.id, { ...after.get(change.id), ...change.body });
    }
    return [...after.values()].some(isAdmin)
      ? null
      : fail(
          'wrong-state',
          'the last account that may administer Gridbell has to stay; make another one first',
        );
  }

  /** Devices whose connections were made with rights that stand no longer. */
  #losingConnections(change: ResourceChange): readonly DeviceId[] {
    const { configuration } = this.#parts;
    if (change.resource === 'credential') return [change.id as DeviceId];
    if (change.resource !== 'device') return [];
    const before = configuration.device(change.id as DeviceId);
    if (
      !before ||
      (change.op === 'put' && change.body.kind === before.kind && change.body.topic === before.topic)
    )
      return [];
    return [before.id];
  }

  #forget(device: DeviceId): void {
    this.#parts.latest.forget(device);
    this.#parts.ingest.forget(device);
  }

  #noteMode(change: ResourceChange, now: EpochMs): void {
    if (change.resource !== 'mode') return;
    const [target, mode] =
      change.op === 'put' ? [change.body.target, change.body.mode] : change.id.split(' ');
    this.#parts.effects.context({
      at: now,
      kind: 'mode',
      subject: target ?? '',
      state: `${change.op === 'put' ? '+' : '-'}${mode ?? ''}`,
    });
  }

  #replay(
    ids: readonly number[],
    now: EpochMs,
    hands: EngineHands,
  ): Outcome<{ replayed: number; missing: readonly number[] }> {
    const { effects, ops } = this.#parts;
    const missing: number[] = [];
    for (const id of ids) {
      const quarantined = ops.quarantinedById(id);
      if (!quarantined || quarantined.replayedAt !== null) {
        missing.push(id);
        continue;
      }
      hands.replayQuarantined(quarantined);
      ops.markReplayed(id, now);
    }
    effects.wantSnapshot();
    return succeed({ replayed: ids.length - missing.length, missing });
  }

  #advanceClock(to: EpochMs | undefined, hands: EngineHands): Outcome<{ now: EpochMs | null }> {
    if (hands.clock !== 'data')
      return fail('wrong-clock', 'the clock of this platform is the wall clock: start it with --clock data');
    const now = hands.advanceClock(to);
    this.#parts.effects.wantSnapshot();
    return succeed({ now: now ?? null });
  }

  #audit({ actor, command }: CommandRecord, now: EpochMs): void {
    const entry = (target: string, detail: string | null): void =>
      this.#parts.ops.audit({ at: now, actor: actor.id, action: command.name, target, detail });
    switch (command.name) {
      case 'change':
        for (const { id, op, resource } of command.changes)
          entry(`${resource} ${id}`, `${op}: ${command.reason}`);
        return;
      case 'create-task':
        entry(command.task.place, command.task.title);
        return;
      case 'act-on-task':
        entry(command.task, command.action);
        return;
      case 'acknowledge-alarm':
        entry(command.alarm, null);
        return;
      case 'dispose-alarm':
        entry(command.alarm, command.disposition);
        return;
      case 'replay-quarantine':
        entry(command.ids.slice(0, 100).join(','), `${command.ids.length} messages`);
        return;
      case 'open-session':
        entry(command.account, null);
        return;
      case 'close-session':
        entry(actor.id, null);
        return;
      case 'advance-clock':
        entry('clock', command.to === undefined ? null : String(command.to));
        return;
    }
  }
}

/** A change of these changes what rules and ingest do. */
const governsRules: ReadonlySet<string> = new Set([
  'community',
  'place',
  'resident',
  'device',
  'mode',
  'rule',
]);

/** The rules as the ops store has them. */
export const rulesIn = (ops: OpsWriter) =>
  [...ops.resources()].flatMap(({ body, id, resource, version }) =>
    resource === 'rule' ? [{ id, version, source: body as Readonly<Record<string, unknown>> }] : [],
  );
