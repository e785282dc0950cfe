import { type EpochMs, epochMs, position, type TaskId } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import { Configuration } from '#model/configuration.ts';
import { newDeviceCommand } from '#model/device-command.ts';
import { GridbellError } from '#model/errors.ts';
import type { Posted } from '#model/posted-alarm.ts';
import type { Actor } from '#model/record.ts';
import type { OpsWriter } from '#store/ops/writer.ts';
import { noted } from '#tasks/alarm-notes.ts';
import { PostedAlarms } from '#tasks/posted-alarms.ts';

/**
 * Applies commands to the real ops store, as far as the API needs it to be true: resources, sessions, the two actions on
 * alarms. What the engine decides itself (tasks) is decided in tests/flow.
 */
export class EngineStandIn {
  readonly executed: { readonly actor: Actor; readonly command: Command }[] = [];
  readonly #writer: OpsWriter;
  readonly #now: () => EpochMs;

  constructor(writer: OpsWriter, now: () => EpochMs) {
    this.#writer = writer;
    this.#now = now;
  }

  async execute(actor: Actor, command: Command): Promise<unknown> {
    this.executed.push({ actor, command });
    this.#writer.begin();
    try {
      const value = this.#apply(actor, command);
      this.#writer.audit({
        at: this.#now(),
        actor: actor.id,
        action: command.name,
        target: '',
        detail: null,
      });
      this.#writer.commit();
      return value;
    } catch (error) {
      this.#writer.rollback();
      throw error;
    }
  }

  #apply(actor: Actor, command: Command): unknown {
    const at = this.#now();
    switch (command.name) {
      case 'change':
        return command.changes.map((change) => {
          const standing = this.#writer.resource(change.resource, change.id);
          const stands = standing !== undefined;
          const seen = command.versions?.[`${change.resource} ${change.id}`];
          if (seen !== undefined && (standing?.version ?? 0) !== seen)
            throw new GridbellError('stale-version', `${change.id} was changed`);
          if (command.expect === 'absent' && stands)
            throw new GridbellError('already-exists', `${change.id} stands already`);
          if (command.expect === 'present' && !stands) throw new GridbellError('not-found', change.id);
          return this.#writer.applyChange(change, at, { actor, reason: command.reason });
        });
      case 'erase-devices':
      case 'note-history':
      case 'note-flows':
        return null;
      case 'open-session':
        this.#writer.openSession(command.tokenHash, command.account, command.expiresAt, at);
        return null;
      case 'announce': {
        const { bulletins, request = '' } = command;
        if (this.#writer.posts.done(request)) return { told: 0 };
        this.#writer.posts.put(request, { alarm: null, at });
        return { told: bulletins.length };
      }
      case 'come-to-task':
      case 'answer-ladder':
        return null;
      case 'close-session':
        this.#writer.closeSession(command.tokenHash);
        return null;
      case 'acknowledge-alarm': {
        const alarm = this.#writer.alarm(command.alarm);
        if (!alarm) throw new GridbellError('not-found', command.alarm);
        this.#writer.putAlarm(
          noted(
            { ...alarm, ack: true },
            { at, actor: actor.id, action: 'acknowledged', ...commentOf(command) },
          ),
        );
        return null;
      }
      case 'dispose-alarm': {
        const alarm = this.#writer.alarm(command.alarm);
        if (!alarm) throw new GridbellError('not-found', command.alarm);
        const { disposition } = command;
        this.#writer.putAlarm(
          noted(
            { ...alarm, disposition },
            { at, actor: actor.id, action: 'disposed', to: disposition, ...commentOf(command) },
          ),
        );
        return null;
      }
      case 'command-device': {
        const { confirmed: _confirmed, name: _, ...asked } = command;
        this.#writer.deviceCommands.add(newDeviceCommand({ ...asked, askedBy: '', askedAt: at }));
        return null;
      }
      case 'raise-alarm':
      case 'clear-alarm':
        return this.#post(actor, command);
      case 'withdraw-device-command':
        return null;
      case 'act-on-task': {
        const task = this.#writer.task(command.task);
        if (!task) throw new GridbellError('not-found', command.task);
        if (task.version !== command.version)
          throw new GridbellError('stale-version', `It is at version ${task.version}.`);
        throw new GridbellError('wrong-state', `${command.action} is not possible now.`);
      }
      case 'create-report':
      case 'evaluate-report':
      case 'reopen-report':
      case 'add-evidence':
      case 'forget-photos':
      case 'forget-reports':
        throw new GridbellError('not-found', 'What residents do is done in tests/reports.');
      case 'create-task':
        return { id: 'task-1' as TaskId };
      case 'replay-quarantine':
        for (const id of command.ids) this.#writer.markReplayed(id, at);
        return { replayed: command.ids.length, read: 0, readings: 0, returned: 0, missing: [] };
      case 'discard-quarantine':
        for (const id of command.ids) this.#writer.markDiscarded(id, at);
        return { discarded: command.ids.length, missing: [] };
      case 'advance-clock':
        return { now: epochMs(0) };
    }
  }

  /** As the tasks decide it; without a task for it. */
  #post(actor: Actor, command: Command & { readonly name: 'raise-alarm' | 'clear-alarm' }): Posted {
    const configuration = new Configuration();
    for (const { body, id, resource } of this.#writer.resources())
      configuration.apply({ op: 'put', resource, id, body } as never);
    const desk = new PostedAlarms({ store: this.#writer, configuration });
    const context = {
      actor,
      role: this.#writer.account(actor.id)?.role ?? this.#writer.apiTokenById(actor.id)?.role,
      now: this.#now(),
      position: position(1),
      isRule: (rule: string) => this.#writer.resource('rule', rule) !== undefined,
    };
    const decision =
      command.name === 'raise-alarm' ? desk.raise(command, context) : desk.clear(command, context);
    if (!decision.ok) throw new GridbellError(decision.failure.code, decision.failure.detail);
    for (const said of decision.value.transitions) {
      if (said.type === 'raised') this.#writer.putAlarm(said.alarm);
      const alarm = 'alarm' in said && typeof said.alarm === 'string' && this.#writer.alarm(said.alarm);
      if (alarm && said.type === 'cleared')
        this.#writer.putAlarm({ ...alarm, state: 'cleared', clearedAt: said.at });
      if (alarm && said.type === 'severity') this.#writer.putAlarm({ ...alarm, severity: said.severity });
    }
    return { did: decision.value.did, alarm: decision.value.alarm };
  }
}

const commentOf = ({ comment }: { readonly comment?: string }) => (comment === undefined ? {} : { comment });
