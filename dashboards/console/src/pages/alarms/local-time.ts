/** `2026-01-01T08:00` as a field for date and time holds it, in the zone of this browser; empty stays empty. */
export function fieldFromInstant(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** ISO 8601 with zone; empty while the field is not filled in to its end. */
export function instantFromField(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
