import type { CompiledPath } from '#ingest/mapping/json-path.ts';
import type { CompiledSource } from '#ingest/mapping/source.ts';
import type { TimeFormat } from '#ingest/mapping/time-format.ts';
import type { TopicPattern } from '#ingest/mapping/topic-pattern.ts';
import type { PropertyDefinition } from '#model/catalogue.ts';
import type { PayloadFormat } from '#model/mapping.ts';

/** A mapping whose every path, pattern, unit and word was looked at. */
export interface CompiledMapping {
  readonly id: string;
  readonly format: PayloadFormat;
  readonly messages: readonly CompiledMessage[];
}

export interface CompiledCondition {
  readonly path: CompiledPath;
  /** As `plainWord` writes them. */
  readonly words: ReadonlySet<string>;
}

export interface CompiledMessage {
  /** Where it stands: `messages[0]`. */
  readonly where: string;
  readonly topic: TopicPattern;
  readonly when: readonly CompiledCondition[];
  readonly isPass: boolean;
  readonly each: CompiledPath | undefined;
  readonly address: CompiledSource | undefined;
  readonly name: CompiledSource | undefined;
  readonly model: CompiledSource | undefined;
  readonly kind: CompiledSource | undefined;
  readonly time:
    | { readonly path: CompiledPath; readonly format: TimeFormat; readonly as: string }
    | undefined;
  readonly online: boolean | { readonly path: CompiledPath; readonly words: Words | undefined } | undefined;
  readonly number: CompiledPath | undefined;
  readonly past: boolean | CompiledCondition;
  readonly values: readonly CompiledValue[];
  /** Whether it asks the payload for anything. */
  readonly needsBody: boolean;
}

export type Word = string | number | boolean;
/** By `plainWord`; null: it says nothing. */
export type Words = ReadonlyMap<string, Word | null>;

export type CompiledValue =
  | {
      readonly kind: 'value';
      /** Where it stands: `messages[0].values[2]`. */
      readonly where: string;
      readonly property: string;
      readonly definition: PropertyDefinition | undefined;
      readonly path: CompiledPath | undefined;
      readonly constant: Word | undefined;
      readonly unit: string | undefined;
      readonly factor: number;
      readonly offset: number;
      readonly bit: number | undefined;
      readonly words: Words | undefined;
    }
  | {
      readonly kind: 'members';
      readonly where: string;
      readonly path: CompiledPath;
      readonly except: ReadonlySet<string>;
    };

/** A text, number or boolean as words are compared: without regard to case and blanks around; undefined: it is no word. */
export function plainWord(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim().toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
