import { atWallText, wallText } from '../../format/zoned-time.ts';

/** `2026-01-01T08:00` as a field for date and time holds it, in the community's zone; empty stays empty. */
export function fieldFromInstant(instant: string, zone: string): string {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? '' : wallText(at, zone);
}

/** ISO 8601 with zone; empty while the field is not filled in to its end. */
export function instantFromField(text: string, zone: string): string {
  const at = atWallText(text, zone);
  return at === undefined ? '' : new Date(at).toISOString();
}
