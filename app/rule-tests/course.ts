import type { Fields } from '#app/rule-tests/fields.ts';
import type { Values } from '#app/rule-tests/said-values.ts';
import type { EpochMs } from '#model/brand.ts';
import type { ResourceChange } from '#model/command.ts';

/** One thing that happens in a test. */
export type Step =
  | {
      readonly kind: 'say';
      readonly device: string;
      readonly values: ReturnType<Values>;
      readonly measuredAt: EpochMs;
      /** When it comes in. */
      readonly at: EpochMs;
      readonly retained: boolean;
    }
  | { readonly kind: 'change'; readonly at: EpochMs; readonly change: ResourceChange }
  /** Somebody does something with a task: with the one that has these fields. */
  | {
      readonly kind: 'act';
      readonly at: EpochMs;
      readonly written: string;
      readonly action: string;
      readonly by: string;
      readonly of: Fields;
      readonly to?: string;
    }
  | { readonly kind: 'restart'; readonly at: EpochMs }
  | { readonly kind: 'pass'; readonly at: EpochMs };

/** By time; at the same time in the order of the file. */
export const inOrder = <T extends { readonly at: EpochMs }>(entries: readonly T[]): readonly T[] =>
  entries.toSorted((a, b) => a.at - b.at);
