import { accountChange } from '#api/person-account.ts';
import type { ApiReader } from '#api/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import type { ResourceChange, ResourceName, Resources } from '#model/command.ts';
import { type CommunityFile, type Device, rosterId } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { deviceCredential, isPushed, newDeviceToken } from '#model/device-credential.ts';
import { equalHashes } from '#model/secrets.ts';

/** What an import does to what stands. */
export interface ImportPlan {
  readonly changes: readonly ResourceChange[];
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Tokens that were made here, to be shown once. */
  readonly tokens: Readonly<Record<DeviceId, string>>;
}

type Wanted = Extract<ResourceChange, { op: 'put' }>;
type FileDevice = NonNullable<CommunityFile['devices']>[number];
type Fate = 'created' | 'updated' | 'unchanged';

function fateOf(stands: boolean, changes: boolean): Fate {
  if (!stands) return 'created';
  return changes ? 'updated' : 'unchanged';
}

/** Password hashing takes its memory and a thread each: only so many at once. */
const hashedAtOnce = 4;

/**
 * Compares the file with what stands and leaves out all that is the same, secrets included, so that a second import
 * changes nothing. Adds and updates, never deletes; a password or token that is not given stays.
 */
export async function planImport(
  file: CommunityFile,
  {
    configuration,
    deviceTokenKey,
    reader,
  }: {
    readonly configuration: Configuration;
    readonly reader: ApiReader;
    readonly deviceTokenKey: Uint8Array;
  },
): Promise<ImportPlan> {
  const changes: ResourceChange[] = [];
  const count: Record<Fate, number> = { created: 0, updated: 0, unchanged: 0 };
  const tokens: [DeviceId, string][] = [];

  const plan = (wanted: Wanted, companions: readonly ResourceChange[] = []): void => {
    const standing = reader.get(wanted.resource, wanted.id)?.body;
    const isSame = standing !== undefined && canonical(standing) === canonical(wanted.body);
    const needed = [...(isSame ? [] : [wanted]), ...companions];
    changes.push(...needed);
    count[fateOf(standing !== undefined, needed.length > 0)]++;
  };
  const planDevice = ({ token, ...device }: FileDevice): void => {
    const standing = reader.get('device', device.id)?.body;
    if (isClaimedSince(device, standing, configuration)) {
      count.unchanged += 1;
      return;
    }
    // What a gateway carries has no connection of its own.
    const needsToken = standing === undefined && device.gateway === undefined;
    const made = token === undefined && needsToken ? newDeviceToken(device) : undefined;
    if (made !== undefined) tokens.push([device.id, made]);
    const credential = credentialChange(device, token ?? made, { reader, deviceTokenKey });
    plan(
      put('device', device.id, { ...knownOf(standing), ...device, ...thingOf(device, standing) }),
      credential,
    );
  };

  plan(put('community', file.community.id, file.community));
  for (const mapping of file.mappings ?? []) plan(put('mapping', mapping.id, mapping));
  for (const place of file.places ?? []) plan(put('place', place.id, place));
  for (const people of chunks(file.people ?? [], hashedAtOnce)) {
    const accounts = await Promise.all(
      people.map((person) => accountChange(person, person.account, reader.account(person.id))),
    );
    for (const [index, { account: _, ...person }] of people.entries())
      plan(put('person', person.id, person), accounts[index]);
  }
  for (const resident of file.residents ?? []) plan(put('resident', resident.id, resident));
  for (const roster of file.rosters ?? []) plan(put('roster', rosterId(roster), roster));
  for (const device of file.devices ?? []) planDevice(device);
  for (const category of file.categories ?? []) plan(put('category', category.id, category));
  return { changes, ...count, tokens: Object.fromEntries(tokens) };
}

/** A file that was written before somebody claimed it takes nothing back. */
function isClaimedSince(
  { address, gateway, id, unclaimed }: Device,
  standing: Device | undefined,
  configuration: Configuration,
): boolean {
  if (!unclaimed) return false;
  if (standing !== undefined) return !standing.unclaimed;
  const carried = gateway && address ? configuration.carried(gateway, address) : undefined;
  return carried !== undefined && carried.id !== id;
}

/** What Gridbell knows of a device, and a file that people write does not say. */
function knownOf(standing: Device | undefined): Partial<Device> {
  const { firstHeard, former, formerAddresses, model, retired } = standing ?? {};
  return {
    ...(firstHeard === undefined ? {} : { firstHeard }),
    ...(former === undefined ? {} : { former }),
    ...(formerAddresses === undefined ? {} : { formerAddresses }),
    ...(model === undefined ? {} : { model }),
    ...(retired === undefined ? {} : { retired }),
  };
}

/** A file that was written before a thing was replaced, or renamed by its gateway, does not bring the broken one or the old name back. */
function thingOf(device: Device, standing: Device | undefined): Partial<Device> {
  const { address, former = [], formerAddresses = [], gateway, serial } = standing ?? {};
  const isFormer = former.some(
    (each) =>
      each.gateway === device.gateway && each.address === device.address && each.serial === device.serial,
  );
  const isRenamed =
    device.gateway === gateway &&
    device.address !== undefined &&
    formerAddresses.includes(device.address) &&
    address !== undefined &&
    !device.formerAddresses?.includes(address);
  if (isRenamed) return { address, formerAddresses };
  const isNow = device.gateway === gateway && device.address === address;
  if (!isFormer || isNow || gateway === undefined || address === undefined || device.former !== undefined)
    return {};
  return { gateway, address, ...(serial === undefined ? {} : { serial }) };
}

/** The credential that has to change; none when the device has this token already, or none is given. */
function credentialChange(
  device: Pick<FileDevice, 'id' | 'dialect'>,
  token: string | undefined,
  { reader, deviceTokenKey }: { readonly reader: ApiReader; readonly deviceTokenKey: Uint8Array },
): readonly ResourceChange[] {
  if (token === undefined) return [];
  const body = deviceCredential(device, token, deviceTokenKey);
  const standing = reader.credential(device.id);
  const isWhole = standing?.digest !== null || !isPushed(device);
  if (standing !== undefined && isWhole && equalHashes(standing.tokenHash, body.tokenHash)) return [];
  return [{ op: 'put', resource: 'credential', id: device.id, body }];
}

// Name and body belong together by the type parameter, which the union of changes cannot express.
const put = <Name extends ResourceName>(resource: Name, id: string, body: Resources[Name]): Wanted =>
  ({ op: 'put', resource, id, body }) as unknown as Wanted;

/** The same text for the same value, in whatever order its keys came. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}
