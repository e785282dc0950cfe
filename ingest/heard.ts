import type { Descriptions } from '#ingest/descriptions.ts';
import { type Parsed, parseJson, textOf } from '#ingest/json.ts';
import { LocalOffsets } from '#ingest/local-offsets.ts';
import type { DialectOptions } from '#model/community.ts';

/** A message as a dialect gets it. */
export class Heard {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Literal levels with which the sender's own topics begin: `zigbee2mqtt` of `zigbee2mqtt/#`; empty for topics of ours. */
  readonly base: readonly string[];
  /** IANA zone of the community: what local times without one are in. */
  readonly timezone: string;
  readonly offsets: LocalOffsets;
  /** What the sender's dialect has to know of it. */
  readonly options: DialectOptions;
  readonly #descriptions: Descriptions | undefined;
  #json: Parsed | undefined;
  #levels: readonly string[] | undefined;

  constructor(
    heard: Pick<Heard, 'topic' | 'payload' | 'base' | 'timezone'> & {
      readonly options?: DialectOptions | undefined;
      readonly descriptions?: Descriptions | undefined;
      readonly offsets?: LocalOffsets;
    },
  ) {
    this.topic = heard.topic;
    this.payload = heard.payload;
    this.base = heard.base;
    this.timezone = heard.timezone;
    this.offsets = heard.offsets ?? new LocalOffsets();
    this.options = heard.options ?? {};
    this.#descriptions = heard.descriptions;
  }

  /** What the sender described for this topic before (`MessageDraft.describe`). */
  get described(): ReturnType<Descriptions['at']> {
    return this.#descriptions?.at(this.topic) ?? [];
  }

  /** Keys under which the sender described something, that begin so. */
  keysDescribed(beginning: string): readonly string[] {
    return [...(this.#descriptions?.keys() ?? [])].filter((key) => key.startsWith(beginning));
  }

  get isEmpty(): boolean {
    return this.payload.length === 0;
  }

  /** Read once. */
  get json(): Parsed {
    this.#json ??= parseJson(this.payload);
    return this.#json;
  }

  get text(): string {
    return textOf(this.payload);
  }

  get levels(): readonly string[] {
    this.#levels ??= this.topic.split('/');
    return this.#levels;
  }

  /** The levels behind the base; the whole topic where it begins otherwise. */
  get below(): readonly string[] {
    const { base, levels } = this;
    return base.every((level, index) => levels[index] === level) ? levels.slice(base.length) : levels;
  }
}

/** The levels of an MQTT filter before its first wildcard. */
export function baseOf(filter: string | undefined): readonly string[] {
  if (filter === undefined) return [];
  const levels = filter.split('/');
  const wild = levels.findIndex((level) => level === '#' || level === '+');
  return wild === -1 ? levels : levels.slice(0, wild);
}
