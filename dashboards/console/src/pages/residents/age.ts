/** How old somebody becomes this year; null: nobody said. `now` in ms. */
export const ageOf = (resident: { readonly birthYear?: number } | undefined, now: number): number | null =>
  resident?.birthYear === undefined ? null : new Date(now).getUTCFullYear() - resident.birthYear;
