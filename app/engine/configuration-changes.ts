import { withCarried } from '#app/engine/carried-changes.ts';
import { checkChange } from '#app/engine/check-change.ts';
import type { DeviceCommands } from '#app/engine/device-commands.ts';
import type { Effects } from '#app/engine/effects.ts';
import type { LatestValues } from '#app/engine/latest-values.ts';
import { nameOf } from '#app/engine/newcomers.ts';
import { saidAgain, type Takeover, takeoversOf } from '#app/engine/takeover.ts';
import type { Ingest } from '#ingest/ingest.ts';
import type { Readdressed } from '#ingest/stage.ts';
import type { AlarmTransition } from '#model/alarm.ts';
import type { DeviceId, EpochMs, PersonId, Position } from '#model/brand.ts';
import type { Account, Command, ResourceChange, ResourceName } from '#model/command.ts';
import { type Device, mostFormerAddresses } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { WithdrawnBecause } from '#model/device-command.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import type { CommandRecord } from '#model/record.ts';
import type { RuleEngine } from '#rules/engine/engine.ts';
import type { OpsWriter } from '#store/ops/writer.ts';

type Change = Command & { readonly name: 'change' };
type DevicePut = ResourceChange & { readonly op: 'put'; readonly resource: 'device' };

export interface ConfigurationChangesParts {
  readonly ops: OpsWriter;
  readonly configuration: Configuration;
  readonly rules: RuleEngine;
  readonly latest: LatestValues;
  readonly ingest: Ingest;
  readonly effects: Effects;
  readonly deviceCommands: DeviceCommands;
}

/** The record that is applied, and who hears what the rules say of it. */
export interface ChangeHands {
  readonly now: EpochMs;
  readonly position: Position;
  readonly transitions: (transitions: readonly AlarmTransition[]) => void;
}

/** Takes changes of configuration over, into the store and into everything that works by it. */
export class ConfigurationChanges {
  readonly #parts: ConfigurationChangesParts;

  constructor(parts: ConfigurationChangesParts) {
    this.#parts = parts;
  }

  /** Answers what stands then of each. */
  apply(
    { actor, command }: Pick<CommandRecord, 'actor'> & { readonly command: Change },
    hands: ChangeHands,
  ): Outcome<unknown> {
    const { now, transitions } = hands;
    const { configuration, effects, ops, rules } = this.#parts;
    const changes = withCarried(command.changes, configuration);
    const standing = (resource: ResourceName, id: string) => ops.resource(resource, id);
    const checked = checkChange({ ...command, after: changes }, standing, configuration);
    if (!checked.ok) return checked;
    const conflict = this.#conflict(command) ?? this.#dropsWork(command);
    if (conflict) return conflict;
    effects.rightsChanged(changes.flatMap((change) => this.#losingConnections(change)));
    const takeovers = takeoversOf(changes, configuration).map((each) => this.#heard(each));
    const stored = changes.map((change) => {
      if (change.resource === 'device') this.#renewIfReplaced(change);
      this.#endCommands(change, now);
      configuration.apply(change);
      this.#noteMode(change, now);
      // Another password, another role, or none: whoever is signed in signs in again.
      if (change.resource === 'account') ops.closeSessionsOf(change.id);
      if (change.op === 'delete' && change.resource === 'device') this.#forget(change.id as DeviceId);
      return ops.applyChange(change, now, { actor, reason: command.reason });
    });
    if (changes.some(({ resource }) => resource === 'rule')) transitions(rules.setRules(rulesIn(ops)));
    else if (governsReadings(changes)) transitions(rules.configurationChanged());
    for (const takeover of takeovers) this.#takeOver(takeover, hands);
    if (governsReadings(changes)) effects.wantSnapshot();
    return succeed(stored.slice(0, command.changes.length));
  }

  /** Devices that gateways brought, or that are seen otherwise by what they said: no command asked for them. */
  welcome(
    devices: readonly Device[],
    now: EpochMs,
    transitions: (transitions: readonly AlarmTransition[]) => void,
  ): void {
    const { configuration, effects, ops, rules } = this.#parts;
    effects.begin();
    for (const body of devices) {
      const { address, gateway, id, kind } = body;
      const change: ResourceChange = { op: 'put', resource: 'device', id, body };
      const isNew = ops.resource('device', id) === undefined;
      configuration.apply(change);
      ops.applyChange(change, now);
      const detail = `${gateway} carries "${address}": ${isNew ? 'found' : 'seen to be'} a ${kind}`;
      ops.audit({ at: now, actor: 'system', action: 'find-device', target: `device ${id}`, detail });
      transitions(rules.deviceChanged(id));
    }
    effects.foundDevices();
  }

  /** Gateways have other names for these, which no command asked for. Who is heard under such a name and nobody's makes way. */
  readdress(moves: readonly Readdressed[], hands: ChangeHands): void {
    const { configuration, deviceCommands, effects, ops, rules } = this.#parts;
    const { now, transitions } = hands;
    effects.begin();
    const puts = moves.map(({ device, to }): DevicePut => {
      const body = readdressed(device, to);
      return { op: 'put', resource: 'device', id: device.id, body };
    });
    const changes = withCarried(puts, configuration);
    const heard = new Set(moves.filter(({ isHeard }) => isHeard).map(({ device }) => device.id));
    const takeovers = takeoversOf(changes, configuration).filter(({ to }) => heard.has(to));
    const memories = takeovers.map((each) => this.#heard(each));
    const yielding = this.#yielding(moves);
    for (const { address, gateway, id } of yielding)
      ops.audit({
        at: now,
        actor: 'system',
        action: 'rename-device',
        target: `device ${id}`,
        detail: `it is out of use, and ${gateway} calls another thing "${address}" now`,
      });
    // First those that make way, and only then whoever gets their names.
    for (const change of changes) if (change.op === 'delete') this.#remove(change, now);
    for (const change of [...yielding.map(withoutName), ...puts]) {
      configuration.apply(change);
      ops.applyChange(change, now);
    }
    for (const { device, to } of moves) {
      const detail = `${device.gateway} calls "${device.address}" now "${to}"`;
      ops.audit({ at: now, actor: 'system', action: 'rename-device', target: `device ${device.id}`, detail });
    }
    transitions(rules.configurationChanged());
    for (const each of memories) this.#takeOver(each, hands);
    for (const { device } of moves) deviceCommands.readdressed(device.id, now);
    effects.foundDevices();
  }

  /** Devices of somebody's, out of use, whose names are others' from now on. */
  #yielding(moves: readonly Readdressed[]): readonly Device[] {
    const moving = new Set(moves.map(({ device }) => device.id));
    return moves.flatMap(({ device: { gateway }, to }) => {
      const standing = gateway === undefined ? undefined : this.#parts.configuration.carried(gateway, to);
      return standing === undefined || standing.unclaimed || moving.has(standing.id) ? [] : [standing];
    });
  }

  #remove(change: ResourceChange & { readonly op: 'delete' }, now: EpochMs): void {
    const { configuration, deviceCommands, ops } = this.#parts;
    deviceCommands.withdrawAllOf(change.id as DeviceId, now, 'deleted');
    configuration.apply(change);
    this.#forget(change.id as DeviceId);
    ops.applyChange(change, now);
  }

  /** Somebody changed it meanwhile, or nobody could administer Gridbell any more. */
  #conflict({ changes, versions = {} }: Change): Outcome<never> | null {
    const { ops } = this.#parts;
    for (const { id, resource } of changes) {
      const seen = versions[`${resource} ${id}`];
      const version = ops.resource(resource, id)?.version;
      if (seen !== undefined && seen !== (version ?? 0))
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

  /** Open tasks of somebody who is gone would be nobody's; those of a place that is gone nobody who works around it would see. */
  #dropsWork({ changes }: Change): Outcome<never> | null {
    const { ops } = this.#parts;
    for (const { id, op, resource } of changes) {
      if (op !== 'delete') continue;
      const theirs = resource === 'person' ? ops.countOpen(id as PersonId) : 0;
      if (theirs > 0)
        return fail('still-referenced', `${id} has ${theirs} open tasks: hand them to somebody else first`);
      const there = resource === 'place' ? ops.openTasks({}).filter(({ place }) => place === id).length : 0;
      if (there > 0)
        return fail('still-referenced', `${there} open tasks lie at ${id}: bring them to an end first`);
    }
    return null;
  }

  /** Another thing does its work: by the times and the repeats of the old one nothing is to be judged. */
  #renewIfReplaced(change: ResourceChange & { readonly resource: 'device' }): void {
    const before = this.#parts.configuration.device(change.id as DeviceId);
    if (!before || change.op === 'delete') return;
    if (isReplaced(before, change.body)) this.#parts.ingest.forget(before.id);
  }

  /** What is known of a thing while its own record is there. */
  #heard({ from, to }: Takeover): Heard {
    const { effects, ingest, latest } = this.#parts;
    return { to, said: latest.of(from), memory: ingest.memoryOf(from), online: effects.isOnline(from) };
  }

  /** The device knows what its new thing said before: an alarm that stood goes on, in its own place. */
  #takeOver({ memory, online, said, to }: Heard, { now, position, transitions }: ChangeHands): void {
    const { effects, ingest, latest, rules } = this.#parts;
    ingest.takeOver(memory, to);
    const known = latest.of(to);
    const isMomentary = (property: string): boolean => rules.isMomentary(property);
    for (const observation of saidAgain({ to, said, known, now, position, isMomentary })) {
      effects.observation(observation);
      transitions(rules.observe(observation));
    }
    if (online === undefined) return;
    effects.presence(to, online, 'status', now);
    const values = new Map([['online', online]]);
    transitions(rules.observe({ device: to, at: now, receivedAt: now, flags: 0, position, values }));
  }

  /** What waits for a thing goes to no other: nobody asked for a door of that. */
  #endCommands(change: ResourceChange, now: EpochMs): void {
    if (change.resource !== 'device') return;
    const before = this.#parts.configuration.device(change.id as DeviceId);
    const because = before && whyEnded(before, change.op === 'put' ? change.body : undefined);
    if (because) this.#parts.deviceCommands.withdrawAllOf(before.id, now, because);
  }

  /** Devices whose connections were made with rights that stand no longer. */
  #losingConnections(change: ResourceChange): readonly DeviceId[] {
    const { configuration } = this.#parts;
    if (change.resource !== 'device' && change.resource !== 'credential') return [];
    const before = configuration.device(change.id as DeviceId);
    if (!before) return [];
    const isSame =
      change.resource === 'device' &&
      change.op === 'put' &&
      change.body.kind === before.kind &&
      change.body.topic === before.topic;
    return isSame ? [] : [before.id];
  }

  /** What they said last goes from memory and store; of the log what is past the snapshot is deleted. */
  forgetDevices(devices: readonly DeviceId[], subjects: readonly string[], now: EpochMs): void {
    for (const device of devices) {
      this.#forget(device);
      this.#parts.ops.forgetLatest(device);
      this.#parts.ops.forgetQuarantined(device);
    }
    this.#parts.ops.erasures.order([...devices, ...subjects], now);
    this.#parts.effects.erase(devices, subjects);
    this.#parts.effects.wantSnapshot();
  }

  #forget(device: DeviceId): void {
    this.#parts.latest.forget(device);
    this.#parts.ingest.forget(device);
  }

  #noteMode(change: ResourceChange, now: EpochMs): void {
    if (change.resource !== 'mode') return;
    const { effects } = this.#parts;
    if (change.op === 'put') {
      const { mode, target, until } = change.body;
      const end = until === undefined ? '' : ` until ${until}`;
      effects.context({ at: now, kind: 'mode', subject: target, state: `+${mode}${end}` });
    } else {
      const [target = '', mode = ''] = change.id.split(' ');
      effects.context({ at: now, kind: 'mode', subject: target, state: `-${mode}` });
    }
  }
}

function isReplaced(before: Device, after: Device): boolean {
  const last = after.former?.at(-1);
  return last !== undefined && JSON.stringify(last) !== JSON.stringify(before.former?.at(-1));
}

function whyEnded(before: Device, after: Device | undefined): WithdrawnBecause | null {
  if (after === undefined) return 'deleted';
  if (after.retired !== undefined) return before.retired === undefined ? 'retired' : null;
  const isSame = before.gateway === after.gateway && before.address === after.address;
  return isReplaced(before, after) || !isSame ? 'replaced' : null;
}

/** It has none at its gateway any more: if it comes back, somebody says how it speaks. */
function withoutName({ address, gateway: _gateway, ...body }: Device): DevicePut {
  const { formerAddresses = [], id } = body;
  const names = address === undefined ? formerAddresses : [...formerAddresses, address];
  return {
    op: 'put',
    resource: 'device',
    id,
    body: { ...body, formerAddresses: names.slice(-mostFormerAddresses) },
  };
}

/** The same device, as its gateway calls it now; a name that was only the address of before goes along. */
function readdressed(device: Device, to: string): Device {
  const { address: from = to, formerAddresses = [], name } = device;
  const names = [...formerAddresses.filter((each) => each !== to && each !== from), from];
  return {
    ...device,
    address: to,
    ...(name === nameOf({ address: from }) ? { name: nameOf({ address: to }) } : {}),
    formerAddresses: names.slice(-mostFormerAddresses),
  };
}

interface Heard extends Pick<Takeover, 'to'> {
  readonly said: ReturnType<LatestValues['of']>;
  readonly memory: ReturnType<Ingest['memoryOf']>;
  readonly online: boolean | undefined;
}

/** Of each whether rules or ingest work by it: a replay of what they did before may cross a change of all others. */
const ofReadings: Readonly<Record<ResourceName, boolean>> = {
  community: true,
  place: true,
  person: false,
  resident: true,
  roster: false,
  device: true,
  mode: true,
  silence: false,
  preference: false,
  category: false,
  rule: true,
  mapping: true,
  account: false,
  'api-token': false,
  credential: false,
};

const governsReadings = (changes: readonly ResourceChange[]): boolean =>
  changes.some(({ resource }) => ofReadings[resource]);

/** The rules as the ops store has them. */
export const rulesIn = (ops: OpsWriter) =>
  [...ops.resources()].flatMap(({ body, id, resource, version }) =>
    resource === 'rule' ? [{ id, version, source: body as Readonly<Record<string, unknown>> }] : [],
  );
