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
  | { readonly kind: 'restart'; readonly at: EpochMs }
  | { readonly kind: 'pass'; readonly at: EpochMs };

/** In order of time; at the same time in the order of the file. */
export const inOrder = (steps: readonly Step[]): readonly Step[] => steps.toSorted((a, b) => a.at - b.at);
