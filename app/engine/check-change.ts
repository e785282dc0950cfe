import type { DeviceId, PersonId, PlaceId, ResidentId } from '#model/brand.ts';
import type { ResourceChange, ResourceName } from '#model/command.ts';
import type { Device } from '#model/community.ts';
import type { Configuration, Stored } from '#model/configuration.ts';
import type { ErrorCode, Failure, Outcome } from '#model/errors.ts';
import { type Reference, referencesOf, referrersOf } from '#model/references.ts';

/** What is asked of the store: the resource as it stands. */
export type Standing = (resource: ResourceName, id: string) => Stored | undefined;

type Put = ResourceChange & { readonly op: 'put' };

interface Request {
  readonly expect: 'absent' | 'present' | 'any';
  readonly changes: readonly ResourceChange[];
  /** With what follows from them; absent: nothing does. */
  readonly after?: readonly ResourceChange[];
}

const secretResources: ReadonlySet<ResourceName> = new Set(['account', 'api-token', 'credential']);

/**
 * Whether a change of configuration may be taken over as a whole: what stands is as expected, whatever it refers to
 * exists (before or within the same change), nothing that stays refers to what is deleted. The first reason against
 * it is the answer.
 */
export function checkChange(
  request: Request,
  standing: Standing,
  configuration: Configuration,
): Outcome<null> {
  const changes = request.after ?? request.changes;
  const after = new View(changes, configuration);
  for (const change of request.changes) {
    const failure = expectation(request.expect, change, standing);
    if (failure) return { ok: false, failure };
  }
  for (const change of changes) {
    const failure =
      change.op === 'put' ? after.whyNotPut(change) : after.whyNotDeleted(change.resource, change.id);
    if (failure) return { ok: false, failure };
  }
  return { ok: true, value: null };
}

function expectation(expect: Request['expect'], change: ResourceChange, standing: Standing): Failure | null {
  if (expect === 'any') return null;
  const stored = standing(change.resource, change.id);
  if (expect === 'absent' && stored) {
    const extra = secretResources.has(change.resource) ? {} : { standing: stored.body };
    return refuse('already-exists', `${change.resource} ${change.id} stands already`, extra);
  }
  if (expect === 'present' && !stored)
    return refuse('not-found', `there is no ${change.resource} ${change.id}`);
  return null;
}

/** The configuration as it would be after the change, as far as references go. */
class View {
  readonly #changes = new Map<string, ResourceChange>();
  readonly #configuration: Configuration;

  constructor(changes: readonly ResourceChange[], configuration: Configuration) {
    this.#configuration = configuration;
    for (const change of changes) this.#changes.set(`${change.resource} ${change.id}`, change);
  }

  whyNotPut(put: Put): Failure | null {
    const { communityId } = this.#configuration;
    if (put.resource === 'community' && communityId !== undefined && communityId !== put.id) {
      return refuse('already-exists', `this installation serves the community ${communityId}`);
    }
    const missing = referencesOf(put).find((reference) => !this.#leadsSomewhere(reference));
    if (missing) {
      const { id, path } = missing;
      return refuse('unknown-reference', `${path}: there is no "${id}"`, { path, missing: id });
    }
    if (put.resource === 'device') return this.#whyNotCarried(put.body);
    return put.resource === 'place' && this.#isWithinItself(put.body.id)
      ? refuse('invalid-input', `place ${put.id} would lie within itself`, { path: 'parent' })
      : null;
  }

  /** What a gateway says under a name belongs to one device. */
  #whyNotCarried({ address, gateway, id, unclaimed }: Device): Failure | null {
    if (gateway === undefined && address === undefined)
      return unclaimed
        ? refuse('invalid-input', 'only what a gateway carries may be unclaimed', { path: 'unclaimed' })
        : null;
    if (gateway === undefined || address === undefined)
      return refuse('invalid-input', 'gateway and address go together: who carries it, and by which name', {
        path: gateway === undefined ? 'gateway' : 'address',
      });
    if (gateway === id) return refuse('invalid-input', 'a device does not carry itself', { path: 'gateway' });
    const other = this.#carriedBy(gateway, address, id);
    return other === undefined
      ? null
      : refuse('already-exists', `${gateway} carries "${address}" as the device ${other.id}`, {
          path: 'address',
          standing: other,
        });
  }

  #carriedBy(gateway: DeviceId, address: string, but: DeviceId): Device | undefined {
    for (const change of this.#changes.values()) {
      if (change.resource !== 'device' || change.op !== 'put' || change.id === but) continue;
      if (change.body.gateway === gateway && change.body.address === address) return change.body;
    }
    const standing = this.#configuration.carried(gateway, address);
    return standing === undefined || standing.id === but || this.#changes.has(`device ${standing.id}`)
      ? undefined
      : standing;
  }

  /** Something that stays refers to it. */
  whyNotDeleted(resource: ResourceName, id: string): Failure | null {
    for (const referring of referrersOf(this.#configuration, resource, id)) {
      if (this.#changes.has(`${referring.resource} ${referring.id}`)) continue;
      return refuse('still-referenced', `${referring.resource} ${referring.id} refers to ${resource} ${id}`);
    }
    return null;
  }

  #leadsSomewhere({ id, to }: Reference): boolean {
    switch (to) {
      case 'place':
        return this.#has('community', id) || this.#has('place', id);
      case 'place-or-resident':
        return this.#has('community', id) || this.#has('place', id) || this.#has('resident', id);
      case 'person':
      case 'resident':
      case 'device':
      case 'mapping':
        return this.#has(to, id);
    }
  }

  #has(resource: 'community' | 'place' | 'person' | 'resident' | 'device' | 'mapping', id: string): boolean {
    const change = this.#changes.get(`${resource} ${id}`);
    if (change) return change.op === 'put';
    switch (resource) {
      case 'community':
        return this.#configuration.communityId === id;
      case 'place':
        return this.#configuration.place(id as PlaceId) !== undefined;
      case 'person':
        return this.#configuration.person(id as PersonId) !== undefined;
      case 'resident':
        return this.#configuration.resident(id as ResidentId) !== undefined;
      case 'device':
        return this.#configuration.device(id as DeviceId) !== undefined;
      case 'mapping':
        return this.#configuration.mapping(id) !== undefined;
    }
  }

  #isWithinItself(id: PlaceId): boolean {
    const seen = new Set<string>();
    let next: PlaceId | undefined = id;
    while (next !== undefined) {
      if (seen.has(next)) return true;
      seen.add(next);
      const change = this.#changes.get(`place ${next}`);
      next =
        change?.resource === 'place' && change.op === 'put'
          ? change.body.parent
          : this.#configuration.place(next)?.parent;
    }
    return false;
  }
}

const refuse = (code: ErrorCode, detail: string, extra: Record<string, unknown> = {}): Failure => ({
  code,
  detail,
  extra,
});
