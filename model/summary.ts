export const summaryKinds = ['daily', 'weekly', 'monthly'] as const;
/** Of a day, a week from Monday, or a month of the community's calendar. */
export type SummaryKind = (typeof summaryKinds)[number];
