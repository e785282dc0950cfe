import { propertyCatalogue } from '#model/catalogue.ts';
import type { Value } from '#model/reading.ts';

/** UCUM symbol of a value; null where it is no number: a gas detector that says yes or no says no ppm. */
export const unitOf = (property: string, value: Value): string | null =>
  typeof value === 'number' ? (propertyCatalogue.get(property)?.unit ?? null) : null;
