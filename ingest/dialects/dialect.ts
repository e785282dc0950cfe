import type { Description } from '#ingest/descriptions.ts';
import type { Heard } from '#ingest/heard.ts';
import type { QuarantineReason } from '#model/quarantine.ts';

/** A moment of which a message speaks; ingest/times.ts makes a time of it. */
export type GivenTime =
  /** The device gave none. */
  | { readonly kind: 'none' }
  /** What stood where epoch milliseconds belong; still any JSON value. */
  | { readonly kind: 'stamp'; readonly stamp: unknown }
  /** Seconds from about the time of receipt, negative in the past (RFC 8428 §4.5.3); all of a message share one receipt. */
  | { readonly kind: 'relative'; readonly seconds: number };

/** What was said beside the time. */
export interface MomentMore {
  /** The device says again what it said before, or says what was: history, and no alarm. */
  readonly isPast?: boolean;
}

/** What was said beside the bare key and value. */
export interface SaidMore {
  /** The unit that the message names; without one the catalogue's is meant. */
  readonly unit?: string | undefined;
  /** The full name of the source within the message, where it names one. */
  readonly source?: string;
  /** The value is the integral over time of what the key names. */
  readonly isSum?: boolean;
  /**
   * The make writes numbers and booleans as texts, and settings beside its readings: `"97"` is a number where one is
   * expected, and a text or an object that the catalogue does not know is passed over.
   */
  readonly isLoose?: boolean;
  /** It means this of devices of one kind alone: of others it is not said, and does not make a newcomer of anybody. */
  readonly onlyOf?: string;
}

/** A part of a message that its dialect could not read. */
export interface RefusedPart {
  readonly reason: QuarantineReason;
  readonly property: string | null;
  readonly detail: string;
  /** A message of the same dialect that holds just it. */
  readonly part: unknown;
}

/** An answer to a command, or what shows that it was done. */
export interface SaidReply {
  readonly key: string;
  readonly ok: boolean;
  /** What went wrong, as it was put there. */
  readonly error?: string | undefined;
}

/** Where a dialect puts what it finds of one device. Nothing of a message is passed over in silence. */
export interface Draft {
  /** Opens a moment; answers the number to say values under. */
  moment(time: GivenTime, more?: MomentMore): number;
  /** One value as it was said: the key as it stands there (names and types are checked later). null is "nothing said". */
  say(moment: number, key: string, value: unknown, more?: SaidMore): void;
  /** It is there, or gone. */
  online(isOnline: boolean): void;
  /** The maker numbers what it says: a message of the same number as one of the newest is the same message. */
  once(number: string): void;
  /** What it says of a command: `key` is what `CommandWriter.write` said that such an answer would be. */
  reply(said: SaidReply): void;
  /** A part that cannot be read; `part` is what is kept: a message of the same dialect that holds just it. */
  refusePart(reason: QuarantineReason, property: string | null, detail: string, part: unknown): void;
}

/** Where a dialect puts what it finds in a message: of the sender itself, and of those whom it carries. */
export interface MessageDraft extends Draft {
  /** What is said of a device behind the sender, by the name that it has there. */
  of(address: string, about?: About): Draft;
  /**
   * Remembers, for `Heard.described`, how something is to be read; `key` names it, null forgets it. False: there is no room for
   * it, or it is too large.
   */
  describe(key: string, description: Description | null): boolean;
  /** It carries under this name the thing that has this number from its maker, for life: so one that is named anew is the same. */
  carries(name: string, number: string): void;
  /** What it carried under one name it carries under another. */
  renamed(from: string, to: string): void;
  /** The message is understood, and says nothing of any device that anybody would want to know. */
  pass(): void;
  /** The message as a whole cannot be read. */
  refuse(reason: QuarantineReason, detail: string): void;
}

/** What a gateway tells of a device that it carries. */
export interface About {
  /** For people. */
  readonly name?: string | undefined;
  /** One of the catalogue's kinds. */
  readonly kind?: string | undefined;
  /** Make and model. */
  readonly model?: string | undefined;
  /** It says something at least this often. */
  readonly expectEveryMs?: number | undefined;
}

/**
 * How a make of devices, or a gateway, writes. Pure; never throws, whatever it gets; says why it refuses. A new dialect
 * is a file beside this one and a line in ingest/dialects/registry.ts.
 */
export interface Dialect {
  readonly id: string;
  /** `any`: the payload says all, and is read on our own telemetry topics, too. Else the filter that a gateway of it usually has. */
  readonly topics: 'any' | { readonly usual: string };
  /** What is refused of a message is kept as the whole message, to be read again when the dialect says something else. */
  readonly keepsWhole?: true;
  read(message: Heard, draft: MessageDraft): void;
  /**
   * Of makes that say faces, plates, names and cards: the message without them, as quarantine may keep it, and as `read` takes
   * it again; null: nobody can tell what is in it, and nothing of it is kept.
   */
  withoutPersons?(message: Heard): Uint8Array | null;
  /** Where devices take commands; without it there are none. */
  readonly commands?: CommandWriter;
}

/** What is to be said to a device behind a gateway. */
export interface CommandOrder {
  /** The name that it has there. */
  readonly address: string;
  /** The MQTT filter of the gateway: what is written lies within it. */
  readonly filter: string;
  /** One of model/device-commands.json. */
  readonly command: string;
  readonly args: JsonObject;
  /** Unique among commands, for makes that number them: 31 bits, and a UUID. */
  readonly number: number;
  readonly uuid: string;
}

/** A command as the gateway takes it, and what its answers will be called (`Draft.reply`): null where nobody says so. */
export interface WrittenCommand {
  readonly topic: string;
  readonly payload: unknown;
  readonly answered: string | null;
  readonly failed: string | null;
}

export interface CommandWriter {
  /** Pure; what cannot be said there, and why. */
  write(order: CommandOrder): WrittenCommand | { readonly refused: string };
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
