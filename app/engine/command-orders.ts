import { createHash } from 'node:crypto';
import type { CommandOrder } from '#ingest/dialects/dialect.ts';
import { dialects } from '#ingest/dialects/registry.ts';
import { type DurationMs, second } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { CommandVia } from '#model/device-command.ts';
import {
  commandsOf,
  deviceCommandCatalogue,
  guardedCommand,
  isGuardedKind,
} from '#model/device-command-catalogue.ts';
import { fail, type Outcome, succeed } from '#model/errors.ts';
import { covers } from '#model/topic-filter.ts';

/** A door that opens half an hour after somebody wanted it opened is open to anybody. */
export const longestGuardedMs = 30 * second;

export interface AskedCommand {
  readonly device: Device;
  readonly id: string;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expiresInMs: DurationMs;
  readonly isConfirmed: boolean;
}

/** How a command goes out: written for its gateway, or as it is; or why it does not. */
export interface CommandRoute {
  readonly via: CommandVia | null;
  readonly once: boolean;
}

/**
 * Who may be told what. A device with a token of its own takes any word, as ever; kinds that have a guarded command take only
 * those of the catalogue, and so does whoever a gateway carries.
 */
export function routeOf(asked: AskedCommand, configuration: Configuration): Outcome<CommandRoute> {
  const { command, device, expiresInMs, isConfirmed } = asked;
  if (device.retired !== undefined)
    return fail(
      'out-of-use',
      `the device ${device.id} is out of use and takes no commands: put it back first`,
    );
  const guarded = guardedCommand(command);
  const isCatalogued = deviceCommandCatalogue.get(command)?.kinds.includes(device.kind) ?? false;
  if (!isCatalogued && (guarded !== undefined || isGuardedKind(device.kind) || device.gateway !== undefined))
    return fail('invalid-input', unknownText(device, command));
  if (guarded && expiresInMs > longestGuardedMs)
    return fail(
      'invalid-input',
      `${command} waits for 30s at most (expiresIn): nothing is opened long after somebody wanted it`,
    );
  if (guarded && !isConfirmed)
    return fail(
      'confirmation-required',
      `${command} has to be confirmed: POST /devices/${device.id}/command/confirmation`,
    );
  const via = device.gateway === undefined ? succeed(null) : writtenFor(asked, configuration);
  return via.ok ? succeed({ via: via.value, once: guarded !== undefined }) : via;
}

function unknownText({ kind }: Device, command: string): string {
  const known = commandsOf(kind);
  return known.length === 0
    ? `a device of the kind ${kind} takes no commands`
    : `a device of the kind ${kind} takes ${known.join(', ')}, not ${command.slice(0, 64)}`;
}

function writtenFor(
  { args, command, device, id }: AskedCommand,
  configuration: Configuration,
): Outcome<CommandVia> {
  const gateway = device.gateway === undefined ? undefined : configuration.device(device.gateway);
  const writer = dialects.get(gateway?.dialect ?? '')?.commands;
  const { address } = device;
  if (gateway?.topic === undefined || address === undefined || writer === undefined)
    return fail('invalid-input', `what ${device.gateway} carries takes no commands: its dialect has none`);
  const order = { address, filter: gateway.topic, command, args, ...numbersOf(device.id, id) };
  const written = writer.write(order);
  if ('refused' in written) return fail('invalid-input', written.refused);
  const { answered, failed, payload, topic } = written;
  if (!isTopic(topic) || !covers(gateway.topic, topic))
    return fail(
      'invalid-input',
      `${topic.slice(0, 200)} lies outside the filter of ${gateway.id}, which could not take it`,
    );
  return succeed({ carrier: gateway.id, topic, payload: JSON.stringify(payload), answered, failed });
}

/** A name with a wildcard in it would be heard by others. */
const isTopic = (topic: string): boolean => !/[#+\0]/.test(topic) && Buffer.byteLength(topic) <= 65_535;

/** The same for the same command, also in a replay. */
function numbersOf(device: string, id: string): Pick<CommandOrder, 'number' | 'uuid'> {
  const hash = createHash('sha256').update(`${device} ${id}`).digest();
  const number = hash.readUInt32BE(16) & 0x7fff_ffff;
  // RFC 9562 §5.8: a UUID of one's own making.
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return { number, uuid };
}
