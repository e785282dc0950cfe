import { epochMs } from '#model/brand.ts';
import { propertyCatalogue } from '#model/catalogue.ts';
import { iso } from '#model/clock.ts';

/**
 * Whether an input may be shown. It is a property, or a function as the rule has it (`rate('temperature', '1m')`), which
 * tells of every property that it names; one that names none is as sensitive as what nobody defined.
 */
export function maySeeInput(input: string, maySeeProperty: (property: string) => boolean): boolean {
  if (propertyCatalogue.has(input) || !input.includes('(')) return maySeeProperty(input);
  const named = [...input.matchAll(/'([^']*)'|"([^"]*)"/g)].flatMap(
    ([, single, double]) => single ?? double ?? [],
  );
  const properties = named.filter((name) => propertyCatalogue.has(name));
  return properties.length === 0 ? maySeeProperty(input) : properties.every(maySeeProperty);
}

/** What of a trace a caller may see. */
export interface Sight {
  readonly maySee: (input: string) => boolean;
  /** Whether the mode that held a rule back may be named. */
  readonly maySeeModes: boolean;
}

/**
 * An entry of a trace as a caller may see it. Its inputs are the whole message that woke the rule, a heart rate beside
 * the battery, and what its functions gave; each is shown or left out by itself. The reason is in words and may quote any of them, so with
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

/** A mode or the hours of the rule held it back. */
export const isHeldBack = (entry: unknown): boolean => isFields(entry) && entry['outcome'] === 'held-back';

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
