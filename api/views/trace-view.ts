import { epochMs } from '#model/brand.ts';
import { iso } from '#model/clock.ts';

/** What of a trace a caller may see. */
export interface Sight {
  readonly maySee: (property: string) => boolean;
  /** Whether the mode that held a rule back may be named. */
  readonly maySeeModes: boolean;
}

/**
 * An entry of a trace as a caller may see it. Its inputs are the whole message that woke the rule, a heart rate beside
 * the battery; each property is shown or left out by itself. The reason is in words and may quote any of them, so with
 * something left out it says no more than that.
 */
export function traceView(entry: unknown, { maySee, maySeeModes }: Sight): unknown {
  if (!isFields(entry)) return entry;
  const { at, inputs, outcome } = entry;
  const all = isFields(inputs) ? Object.entries(inputs) : [];
  const shown = all.filter(([property]) => maySee(property));
  return {
    ...entry,
    ...(typeof at === 'number' ? { at: iso(epochMs(at)) } : {}),
    ...(isFields(inputs) ? { inputs: Object.fromEntries(shown) } : {}),
    ...(outcome === 'held-back' && !maySeeModes ? { reason: 'held back' } : {}),
    ...(shown.length < all.length ? { reason: 'not shown: it rests on readings that you may not see' } : {}),
  };
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
