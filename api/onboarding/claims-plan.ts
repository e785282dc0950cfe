import { isInScope } from '#api/authorization/access.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { type ClaimReason, claimedDevice } from '#api/onboarding/claim.ts';
import type { ListedClaim, Placed } from '#api/onboarding/claim-list.ts';
import { deviceIssues, type Known, knownIn } from '#api/references.ts';
import type { Issue } from '#api/validation.ts';
import { carriedId } from '#model/carried-id.ts';
import type { ResourceChange } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import type { Stored } from '#model/configuration.ts';
import type { ErrorCode } from '#model/errors.ts';
import { GridbellError } from '#model/errors.ts';

/** What one claim makes of a device. */
export interface PlannedClaim {
  readonly where: string;
  readonly device: Device;
  /** Nothing was heard of it yet: it is added, and known when it speaks. */
  readonly isNew: boolean;
  /** That it was planned from; 0: none stood. */
  readonly version: number;
}

interface Trouble extends Issue {
  readonly code: ErrorCode;
  readonly reason: ClaimReason;
}

const kindUnknown = 'unknown';

/** Plans claims against what stands; all that is wrong is thrown together, and nothing is changed. */
export class ClaimsPlan {
  readonly #caller: Caller;
  readonly #context: ApiContext;
  readonly #known: Known;
  readonly #planned = new Map<string, PlannedClaim>();
  readonly #troubles: Trouble[] = [];

  private constructor(caller: Caller, context: ApiContext) {
    this.#caller = caller;
    this.#context = context;
    this.#known = knownIn(context.configuration);
  }

  static of(placed: readonly Placed[], caller: Caller, context: ApiContext): readonly PlannedClaim[] {
    const plan = new ClaimsPlan(caller, context);
    for (const each of placed) plan.#take(each);
    plan.#throwTroubles();
    return [...plan.#planned.values()];
  }

  #take({ claim, where }: Placed): void {
    const found = this.#find(claim);
    if ('code' in found) {
      this.#troubles.push({ ...found, path: where });
      return;
    }
    const { address: _address, gateway: _gateway, id: _id, ...said } = claim;
    const device = claimedDevice(found.device, said, this.#context.platform.now());
    const trouble = this.#whyNot(device, found.device);
    if (trouble) this.#troubles.push({ ...trouble, path: where });
    for (const { message, path } of deviceIssues(device, this.#known))
      this.#troubles.push({
        code: 'unknown-reference',
        reason: 'unknown',
        path: `${where}, ${path}`,
        message,
      });
    const other = this.#planned.get(device.id);
    if (other)
      this.#troubles.push({
        code: 'invalid-input',
        reason: 'twice',
        path: where,
        message: `${device.id} is in ${other.where}, too`,
      });
    this.#planned.set(device.id, { where, device, isNew: found.version === 0, version: found.version });
  }

  #find(
    claim: ListedClaim,
  ): (Pick<Stored<'device'>, 'version'> & { device: Device }) | Omit<Trouble, 'path'> {
    const { address, gateway, id } = claim;
    if (gateway !== undefined && address !== undefined) {
      const carried = this.#context.configuration.everCarried(gateway, address);
      if (carried) return this.#stored(carried.id, id);
      return this.#announced(claim, gateway, address);
    }
    if (id === undefined)
      return {
        code: 'invalid-input',
        reason: 'no-name',
        message: 'names no device: id, or gateway and address',
      };
    return this.#stored(id, undefined);
  }

  /** `wanted`: the id that it is to have by the same line. */
  #stored(id: Device['id'], wanted: Device['id'] | undefined) {
    const stored = this.#context.reader.get('device', id);
    if (!stored)
      return { code: 'not-found', reason: 'no-device', message: `there is no device ${id}` } as const;
    const { body: device, version } = stored;
    if (!isInScope(this.#caller, device.place, this.#context)) return notYours;
    if (!device.unclaimed)
      return {
        code: 'already-exists',
        reason: 'claimed',
        message: `${id} is a device already, at ${device.place}`,
      } as const;
    if (device.retired !== undefined) return retiredNow(id);
    if (wanted !== undefined && wanted !== id)
      return {
        code: 'already-exists',
        reason: 'other-id',
        message: `is known as ${id} already, not as ${wanted}`,
      } as const;
    return { device, version };
  }

  /** Its label was read before it spoke. */
  #announced(claim: ListedClaim, gateway: Device['id'], address: string) {
    const { configuration } = this.#context;
    const carrier = configuration.device(gateway);
    if (carrier?.dialect === undefined)
      return {
        code: 'unknown-reference',
        reason: 'no-gateway',
        message: `there is no gateway ${gateway}`,
      } as const;
    if (!isInScope(this.#caller, carrier.place, this.#context)) return notYours;
    const isTaken = (id: Device['id']) => configuration.device(id) !== undefined || this.#planned.has(id);
    const id = claim.id ?? carriedId(gateway, address, isTaken);
    if (configuration.device(id))
      return {
        code: 'already-exists',
        reason: 'id-taken',
        message: `${id} is another device already`,
      } as const;
    const device: Device = { id, kind: kindUnknown, place: carrier.place, gateway, address };
    return { device, version: 0 };
  }

  #whyNot(device: Device, before: Device): Omit<Trouble, 'path'> | undefined {
    // Of a place that is not there, that it is not there is all.
    if (this.#known.hasPlace(device.place) && !isInScope(this.#caller, device.place, this.#context))
      return notYours;
    const home = device.resident && this.#context.configuration.resident(device.resident)?.place;
    if (home && !isInScope(this.#caller, home, this.#context)) return notYours;
    return device.kind === kindUnknown && before.kind === kindUnknown
      ? {
          code: 'invalid-input',
          reason: 'no-kind',
          message: `${device.id} does not say what it is: name its kind`,
        }
      : undefined;
  }

  #throwTroubles(): void {
    const [first] = this.#troubles;
    if (first === undefined) return;
    const isOne = this.#troubles.every(({ code }) => code === first.code);
    const issues = this.#troubles.map(({ message, path, reason }) => ({ path, message, reason }));
    const shown = issues.slice(0, 5).map(({ message, path }) => `${path}: ${message}`);
    throw new GridbellError(isOne ? first.code : 'invalid-input', shown.join('; '), { extra: { issues } });
  }
}

const notYours = {
  code: 'not-allowed',
  reason: 'not-yours',
  message: 'lies outside of the places that are yours',
} as const;
const retiredNow = (id: string) =>
  ({ code: 'wrong-state', reason: 'retired', message: `${id} is out of use: put it back first` }) as const;

/** The changes that make it so, and the versions that they were planned from. */
export function changesOf(planned: readonly PlannedClaim[]): {
  readonly changes: readonly ResourceChange[];
  readonly versions: Readonly<Record<string, number>>;
} {
  return {
    changes: planned.map(({ device }) => ({ op: 'put', resource: 'device', id: device.id, body: device })),
    versions: Object.fromEntries(planned.map(({ device, version }) => [`device ${device.id}`, version])),
  };
}
