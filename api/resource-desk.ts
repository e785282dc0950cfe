import type { FastifyRequest } from 'fastify';
import { Compile, type Validator } from 'typebox/compile';
import { idOf, isInScope, type Scope } from '#api/authorization/access.ts';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import { knownIn, unknownReference } from '#api/references.ts';
import type { ResourceKind, StandingName } from '#api/resource-kind.ts';
import { invalidInput, issuesOf } from '#api/validation.ts';
import type { PlaceId } from '#model/brand.ts';
import type { Resources } from '#model/command.ts';
import type { Stored } from '#model/configuration.ts';
import { GridbellError } from '#model/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** One kind of resource as its routes handle it: finding, showing, checking, and who may. */
export class ResourceDesk<Name extends StandingName> {
  readonly #kind: ResourceKind<Name>;
  readonly #context: ApiContext;
  readonly #check: Validator;

  constructor(kind: ResourceKind<Name>, context: ApiContext) {
    this.#kind = kind;
    this.#context = context;
    this.#check = Compile(kind.schema);
  }

  /** The one must be the caller's to see; one that does not exist is answered 404 later. */
  readonly reading: Scope = {
    kind: 'checked',
    allows: (request, caller) => {
      const body = this.standing(idOf(request));
      return body === undefined || this.isVisible(body, caller);
    },
  };

  /** Where it stands and where it is put must both be the caller's. */
  readonly writing: Scope = {
    kind: 'checked',
    allows: (request, caller) =>
      [
        ...this.#placesIn(this.standing(idOf(request))),
        ...this.#placesIn(bodyOf(request)),
        ...this.#placesBeside(bodyOf(request)),
      ].every((place) => isInScope(caller, place, this.#context)),
  };

  standing(id: string): Resources[Name] | undefined {
    return this.#find(id)?.body;
  }

  required(id: string): Resources[Name] {
    return this.stored(id).body;
  }

  /** With the version that a change of it is made from; 404 when it is not there. */
  stored(id: string): Stored<Name> {
    const stored = this.#find(id);
    if (stored === undefined) throw new GridbellError('not-found', `There is no ${this.#kind.name} ${id}.`);
    return stored;
  }

  #find(id: string): Stored<Name> | undefined {
    const stored = this.#context.reader.get(this.#kind.name, id);
    return stored && (this.#kind.isOne?.(stored.body) ?? true) ? stored : undefined;
  }

  /** 403 when it does not lie in the caller's places: somebody may have moved it since the request began. */
  refuseElsewhere(body: Resources[Name], caller: Caller): void {
    if (!this.#placesIn(body).every((place) => isInScope(caller, place, this.#context)))
      throw new GridbellError('not-allowed', 'This lies outside of the places that are yours.');
  }

  /** 403 when the change takes something at a place that is not the caller's. */
  refuseTaking(body: Resources[Name], before: Resources[Name] | undefined, caller: Caller): void {
    const taken = this.#kind.placesTaken?.(body, before, this.#context.configuration) ?? [];
    if (!taken.every((place) => isInScope(caller, place, this.#context)))
      throw new GridbellError('not-allowed', 'This lies outside of the places that are yours.');
  }

  /** What the engine says that stands in the way is told as far as the caller may see it. */
  inSight(error: unknown, caller: Caller): unknown {
    if (!(error instanceof GridbellError) || error.extra['standing'] === undefined) return error;
    const { standing, ...extra } = error.extra;
    // It is of the same kind: the engine refuses a resource for another one of its own.
    const body = standing as Resources[Name];
    return new GridbellError(error.code, error.message, {
      cause: error,
      extra: this.isVisible(body, caller) ? { ...extra, standing: this.view(body, caller) } : extra,
    });
  }

  isVisible(body: Resources[Name], caller: Caller): boolean {
    return (
      this.#kind.mayRead?.(body, caller, this.#context) ??
      this.#kind.placesOf(body).every((place) => isInScope(caller, place, this.#context))
    );
  }

  view(body: Resources[Name], caller: Caller): object {
    return this.#kind.view(body, caller, this.#context);
  }

  /** 409 with what stands, as far as the caller may see it. */
  alreadyExists(id: string, caller: Caller, cause?: unknown): GridbellError {
    const found = this.standing(id);
    const shown = found !== undefined && this.isVisible(found, caller);
    return new GridbellError('already-exists', `The ${this.#kind.name} ${id} stands already.`, {
      cause,
      extra: shown ? { standing: this.view(found, caller) } : {},
    });
  }

  /** Checks shape and references; throws with everything that is wrong. */
  sound(candidate: unknown): Resources[Name] {
    if (!this.#check.Check(candidate)) throw invalidInput(issuesOf(this.#check.Errors(candidate)));
    // The schema is that of Resources[Name]; the compiler cannot see it through the type parameter.
    const body = candidate as Resources[Name];
    const faults = this.#kind.faults?.(body) ?? [];
    if (faults.length > 0) throw invalidInput(faults);
    const { configuration } = this.#context;
    const issues = this.#kind.issues(body, knownIn(configuration), configuration);
    if (issues.length > 0) throw unknownReference(issues);
    return body;
  }

  /** 403 for fields that this caller may not write. */
  refuse(fields: Fields, caller: Caller): void {
    const why = this.#kind.refusal?.(fields, caller);
    if (why !== undefined) throw new GridbellError('not-allowed', why);
  }

  /** What came in, parted into what is kept and what goes elsewhere (a password, a token). */
  split(fields: Fields): { readonly kept: Fields; readonly incoming: Fields } {
    const isIncoming = ([field]: readonly [string, unknown]) => Object.hasOwn(this.#kind.incoming, field);
    const entries = Object.entries(fields);
    return {
      kept: Object.fromEntries(entries.filter((entry) => !isIncoming(entry))),
      incoming: Object.fromEntries(entries.filter(isIncoming)),
    };
  }

  /** The places that a body names, also when it is only a part of one (PATCH). */
  #placesIn(body: unknown): readonly PlaceId[] {
    if (typeof body !== 'object' || body === null) return [];
    const isPart = !('places' in body) && !('place' in body) && !('parent' in body);
    return isPart ? [] : this.#kind.placesOf(body as Resources[Name]);
  }

  #placesBeside(body: unknown): readonly PlaceId[] {
    return isFields(body) ? (this.#kind.placesBeside?.(body) ?? []) : [];
  }
}

const isFields = (body: unknown): body is Fields => typeof body === 'object' && body !== null;
const bodyOf = (request: FastifyRequest): unknown => request.body ?? undefined;
