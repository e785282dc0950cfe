import type { EpochMs } from '#model/brand.ts';

/** Who is behind a photo of a task: who reported what is wrong, or who did the work. */
export const photoKinds = ['report', 'evidence'] as const;
export type PhotoKind = (typeof photoKinds)[number];

/** A photo as its task names it; the picture itself lies sealed in the data directory. */
export interface TaskPhoto {
  readonly id: string;
  readonly kind: PhotoKind;
  readonly at: EpochMs;
  /** Person or account; null: a resident. */
  readonly by: string | null;
}

/** As ids of photos are: 128 random bits, so that whoever knows one was told it. */
export const photoIdPattern = '^[0-9a-f]{32}$';

/** What a photo may weigh when it comes in, in bytes. */
export const mostPhotoBytes = 10 * 2 ** 20;
/** With one report. */
export const mostReportPhotos = 6;
/** Of one task, all kinds together. */
export const mostTaskPhotos = 24;
