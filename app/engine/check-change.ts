import type { DeviceId, PersonId, PlaceId, ResidentId } from '#model/brand.ts';
import type { ResourceChange, ResourceName, Resources } from '#model/command.ts';
import type { Configuration, Stored } from '#model/configuration.ts';
import { type Failure, fail, type Outcome } from '#model/errors.ts';

/** What is asked of the store: the resource as it stands. */
export type Standing = (resource: ResourceName, id: string) => Stored | undefined;

interface Request {
  readonly expect: 'absent' | 'present' | 'any';
  readonly changes: readonly ResourceChange[];
}

/**
 * Whether a change of configuration may be taken over as a whole: what stands is as expected, whatever it refers to
 * exists (before or within the same change), nothing that stays refers to what is deleted. The first reason against
 * it is the answer.
 */
export function checkChange(request: Request, standing: Standing, configuration: Configuration): Outcome<null> {
  const after = new View(request.changes, configuration);
  for (const change of request.changes) {
    const failure = expectation(request.expect, change, standing) ?? (change.op === 'put' ? after.missing(change) : after.referrer(change));
    if (failure) return { ok: false, failure };
  }
  return { ok: true, value: null };
}

function expectation(expect: Request['expect'], change: ResourceChange, standing: Standing): Failure | null {
  if (expect === 'any') return null;
  const stored = standing(change.resource, change.id);
  if (expect === 'absent' && stored) {
    const secret = change.resource === 'account' || change.resource === 'api-token' || change.resource === 'credential';
    return refuse('already-exists', `${change.resource} ${change.id} stands already`, secret ? {} : { standing: stored.body });
  }
  if (expect === 'present' && !stored) return refuse('not-found', `there is no ${change.resource} ${change.id}`);
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

  #has(resource: 'place' | 'person' | 'resident' | 'device', id: string): boolean {
    const change = this.#changes.get(`${resource} ${id}`);
    if (change) return change.op === 'put';
    switch (resource) {
      case 'place':
        return this.#configuration.place(id as PlaceId) !== undefined;
      case 'person':
        return this.#configuration.person(id as PersonId) !== undefined;
      case 'resident':
        return this.#configuration.resident(id as ResidentId) !== undefined;
      case 'device':
        return this.#configuration.device(id as DeviceId) !== undefined;
    }
  }

  #isPlaceOrCommunity(id: string): boolean {
    if (this.#has('place', id) || this.#configuration.communityId === id) return true;
    const change = this.#changes.get(`community ${id}`);
    return change?.op === 'put';
  }

  /** Why a `put` cannot stand: it names something that is not there. */
  missing(change: ResourceChange & { op: 'put' }): Failure | null {
    switch (change.resource) {
      case 'place':
        return this.#missingParent(change.body);
      case 'person':
        return this.#firstMissing('places', change.body.places, (id) => this.#isPlaceOrCommunity(id));
      case 'resident':
        return this.#firstMissing('place', [change.body.place], (id) => this.#isPlaceOrCommunity(id));
      case 'roster':
        return (
          this.#firstMissing('place', [change.body.place], (id) => this.#isPlaceOrCommunity(id)) ??
          this.#firstMissing('shifts.person', change.body.shifts.map(({ person }) => person), (id) => this.#has('person', id))
        );
      case 'device':
        return (
          this.#firstMissing('place', [change.body.place], (id) => this.#isPlaceOrCommunity(id)) ??
          this.#firstMissing('resident', change.body.resident ? [change.body.resident] : [], (id) => this.#has('resident', id))
        );
      case 'mode':
        return this.#firstMissing('target', [change.body.target], (id) => this.#isPlaceOrCommunity(id) || this.#has('resident', id));
      case 'credential':
        return this.#firstMissing('device', [change.id], (id) => this.#has('device', id));
      case 'account':
        return this.#firstMissing('person', change.body.person ? [change.body.person] : [], (id) => this.#has('person', id));
      case 'community':
        return this.#configuration.communityId === undefined || this.#configuration.communityId === change.id
          ? null
          : refuse('already-exists', `this installation serves the community ${this.#configuration.communityId}`);
      case 'rule':
      case 'api-token':
        return null;
    }
  }

  #missingParent(place: Resources['place']): Failure | null {
    const missing = this.#firstMissing('parent', [place.parent], (id) => this.#isPlaceOrCommunity(id));
    if (missing) return missing;
    const seen = new Set<string>([place.id]);
    let next: string | undefined = place.parent;
    while (next !== undefined) {
      if (seen.has(next)) return refuse('invalid-input', `place ${place.id} would lie within itself`, { path: 'parent' });
      seen.add(next);
      const change = this.#changes.get(`place ${next}`);
      next = change?.op === 'put' && change.resource === 'place' ? change.body.parent : this.#configuration.place(next as PlaceId)?.parent;
    }
    return null;
  }

  #firstMissing(path: string, ids: readonly string[], exists: (id: string) => boolean): Failure | null {
    const missing = ids.find((id) => !exists(id));
    return missing === undefined ? null : refuse('unknown-reference', `${path}: there is no "${missing}"`, { path, missing });
  }

  /** Why a `delete` cannot happen: something that stays refers to it. */
  referrer(change: ResourceChange & { op: 'delete' }): Failure | null {
    const found = this.#referrers(change.resource, change.id).find(([resource, id]) => {
      const other = this.#changes.get(`${resource} ${id}`);
      return other?.op !== 'delete';
    });
    return found ? refuse('still-referenced', `${found[0]} ${found[1]} refers to ${change.resource} ${change.id}`) : null;
  }

  #referrers(resource: ResourceName, id: string): (readonly [ResourceName, string])[] {
    const found: (readonly [ResourceName, string])[] = [];
    if (resource === 'place' || resource === 'community') {
      for (const place of this.#configuration.places()) if (place.parent === id) found.push(['place', place.id]);
      for (const person of this.#configuration.people()) if (person.places.some((place) => place === id)) found.push(['person', person.id]);
      for (const resident of this.#configuration.residents()) if (resident.place === id) found.push(['resident', resident.id]);
      for (const roster of this.#configuration.rosters()) if (roster.place === id) found.push(['roster', `${roster.place}.${roster.role}`]);
      for (const device of this.#configuration.devices()) if (device.place === id) found.push(['device', device.id]);
    }
    if (resource === 'person') {
      for (const roster of this.#configuration.rosters()) {
        if (roster.shifts.some(({ person }) => person === id)) found.push(['roster', `${roster.place}.${roster.role}`]);
      }
    }
    if (resource === 'resident') {
      for (const device of this.#configuration.devices()) if (device.resident === id) found.push(['device', device.id]);
    }
    return found;
  }
}

function refuse(code: Parameters<typeof fail>[0], detail: string, extra?: Record<string, unknown>): Failure {
  const outcome = fail(code, detail, extra);
  if (outcome.ok) throw new Error('unreachable');
  return outcome.failure;
}
