import type { QuarantineReason } from '#model/quarantine.ts';

/** A moment of which a message speaks; ingest/times.ts makes a time of it. */
export type GivenTime =
  /** The device gave none. */
  | { readonly kind: 'none' }
  /** What stood where epoch milliseconds belong; still any JSON value. */
  | { readonly kind: 'stamp'; readonly stamp: unknown }
  /** Seconds from about the time of receipt, negative in the past (RFC 8428 §4.5.3); all of a message share one receipt. */
  | { readonly kind: 'relative'; readonly seconds: number };

/** What was said beside the bare key and value. */
export interface SaidMore {
  /** The unit that the message names; without one the catalogue's is meant. */
  readonly unit?: string | undefined;
  /** The full name of the source within the message, where it names one. */
  readonly source?: string;
  /** The value is the integral over time of what the key names. */
  readonly isSum?: boolean;
}

/** Where a dialect puts what it finds. Everything in a message goes into one of these, nothing is passed over in silence. */
export interface Draft {
  /** Opens a moment; answers the number to say values under. */
  moment(time: GivenTime): number;
  /** One value as it was said: the key as it stands there (names and types are checked later). null is "nothing said". */
  say(moment: number, key: string, value: unknown, more?: SaidMore): void;
  /** A part that cannot be read; `part` is what is kept: a message of the same dialect that holds just it. */
  refusePart(reason: QuarantineReason, property: string | null, detail: string, part: unknown): void;
  /** The message as a whole cannot be read. */
  refuse(reason: QuarantineReason, detail: string): void;
}

/**
 * How a make of devices writes its readings. Pure; never throws, whatever JSON it gets; says why it refuses. A new
 * dialect is a file beside this one and a line in ingest/dialects/registry.ts.
 */
export interface Dialect {
  readonly id: string;
  read(json: unknown, draft: Draft): void;
}

/** A JSON object (not an array, not null); `__proto__` and the like are ordinary keys of it, see JSON.parse. */
export type JsonObject = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a value is, for people. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}
