/** What the boards are written in: a set of files each. */
export const languages = ['zh', 'en'] as const;
export type Language = (typeof languages)[number];
