import type { EpochMs } from '#model/brand.ts';

/** How a report reached Gridbell: by the resident's own phone (web), or through somebody of staff. */
export const reportChannels = ['web', 'phone', 'counter', 'visit', 'wechat', 'paper'] as const;
export type ReportChannel = (typeof reportChannels)[number];

/** What somebody said is wrong, as it goes to the engine. The tracking code only as its keyed hash. */
export interface NewReport {
  readonly codeHash: string;
  readonly category: string;
  readonly place: string;
  readonly words: string;
  readonly language: 'zh' | 'en';
  /** A phone number, if the resident left one. */
  readonly contact?: string;
  readonly channel: ReportChannel;
  /** Ids of photos that are kept already. */
  readonly photos: readonly string[];
}

/** What the resident said of the work, once for each time that it was closed. */
export interface Rating {
  /** 1 (bad) to 5 (very good). */
  readonly rating: number;
  readonly words: string | null;
  readonly at: EpochMs;
}

/** The resident's side of a task. `contact` and `words` are for who works on it (api/views/report-view.ts). */
export interface TaskReport {
  readonly channel: ReportChannel;
  /** True: staff entered it for the resident. */
  readonly onBehalf: boolean;
  /** Who of staff entered it; null: the resident. */
  readonly by: string | null;
  readonly language: 'zh' | 'en';
  readonly words: string;
  readonly contact: string | null;
  /** Of the work as it was closed last; null: not rated (again). */
  readonly rating: Rating | null;
  /** How often the resident said that it is not done. */
  readonly reopened: number;
  /** Why, the last time. Absent: never, or it stands in the history (of before). */
  readonly reopenedWhy?: string;
  /** What was forgotten, since its time was over. Absent: nothing. */
  readonly forgotten?: ForgottenPart;
}

/** What of a report is kept for a time only: the number to call; and all that the resident wrote, the number with it. */
export const forgottenParts = ['phone', 'words'] as const;
export type ForgottenPart = (typeof forgottenParts)[number];

/** After so many the telephone is the better way. */
export const mostReopenings = 3;
/** Ratings up to this one open a task to revisit. */
export const lowRating = 2;
/** The same words of the same place and category within this time, by the same channel, are the same report. */
export const sameReportWithin = '24h';
export const mostReportWords = 2_000;
