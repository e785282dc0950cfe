import type { AnswerOf } from '../../api/types.ts';

/** The first page in one answer. */
export type Overview = AnswerOf<'getOverview'>;
