import type { TObject, TProperties } from 'typebox';
import type { Caller } from '#api/caller.ts';
import type { ApiContext } from '#api/context.ts';
import type { Known } from '#api/references.ts';
import type { Issue } from '#api/validation.ts';
import type { PlaceId } from '#model/brand.ts';
import type { ResourceChange, Resources } from '#model/command.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Role } from '#model/role.ts';

/** The resources that are created, changed and deleted one by one in the same way. */
export type StandingName = 'place' | 'person' | 'resident' | 'roster' | 'device' | 'category' | 'mapping';

/** What changes together with a resource (an account with its person), and what is told once (a token). */
export interface Companions {
  readonly changes: readonly ResourceChange[];
  readonly shown?: Readonly<Record<string, unknown>>;
}

/** What is particular to one kind of resource; api/resource-routes.ts does the rest. */
export interface ResourceKind<Name extends StandingName> {
  readonly name: Name;
  /** Path of the list: `places`. */
  readonly path: string;
  /** Its list has filters of its own: its routes are elsewhere. */
  readonly isListedElsewhere?: true;
  /** What is kept and shown. */
  readonly schema: TObject;
  /** Fields that come in only: a password, a token. */
  readonly incoming: TProperties;
  /** Whether it is one of these: others of the same name are none. */
  readonly isOne?: (body: Resources[Name]) => boolean;
  /** What is not said where it goes without saying. */
  readonly implied?: Partial<Resources[Name]>;
  /** Fields of what is kept that only routes of their own change. */
  readonly ours?: readonly (keyof Resources[Name] & string)[];
  /** Why this one cannot be changed as it stands; undefined: it can. */
  readonly fixedBecause?: (body: Resources[Name]) => string | undefined;
  /** Of what refers to it: this goes with it when it is deleted. */
  readonly goesAlong?: (referring: ResourceChange) => boolean;
  /** Fields that are only shown. */
  readonly shownBeside?: TProperties;
  readonly readers: readonly Role[];
  readonly writers: readonly Role[];
  readonly idOf: (body: Resources[Name]) => string;
  /** Where it is: all of these must be the caller's for a change. */
  readonly placesOf: (body: Resources[Name]) => readonly PlaceId[];
  /** Places that come in by what the fields of a change refer to: these must be the caller's as well. */
  readonly placesBeside?: (fields: Readonly<Record<string, unknown>>) => readonly PlaceId[];
  /** Places that are spoken for by what is different from before (undefined: it is new): these must be the caller's as well. */
  readonly placesTaken?: (
    body: Resources[Name],
    before: Resources[Name] | undefined,
    configuration: Configuration,
  ) => readonly PlaceId[];
  /** Whether the caller may see this one; without it: when all of its places are the caller's. */
  readonly mayRead?: (body: Resources[Name], caller: Caller, context: ApiContext) => boolean;
  /** As the caller may see it. */
  readonly view: (body: Resources[Name], caller: Caller, context: ApiContext) => object;
  /** Why this caller may not write these fields; undefined: may. */
  readonly refusal?: (fields: Readonly<Record<string, unknown>>, caller: Caller) => string | undefined;
  readonly issues: (body: Resources[Name], known: Known, configuration: Configuration) => readonly Issue[];
  /** What is wrong with it beyond its shape and what it refers to. */
  readonly faults?: (body: Resources[Name]) => readonly Issue[];
  readonly onPut?: (
    body: Resources[Name],
    incoming: Readonly<Record<string, unknown>>,
    isNew: boolean,
  ) => Promise<Companions>;
  readonly onDelete?: (id: string) => readonly ResourceChange[];
}
