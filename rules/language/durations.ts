import { parseDuration } from '#model/duration.ts';
import type { Complaints } from '#rules/language/complaints.ts';
import { problemOf } from '#rules/language/problem-texts.ts';

const longest = 366 * 24 * 3_600_000;

/** Reads the durations of one rule; the shape (`90s`) was checked before. A complaint and 0 for an impossible one. */
export class Durations {
  readonly #complaints: Complaints;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
  }

  /** `least`: the shortest that makes sense, ms. */
  read(path: readonly string[], text: string, limits: { least?: number; most?: number } = {}): number {
    const length = parseDuration(text);
    const most = limits.most ?? longest;
    if (length === undefined || length > most) {
      this.#complaints.add(path, problemOf('duration-too-long', { hours: most / 3_600_000 }));
      return 0;
    }
    if (length < (limits.least ?? 0)) {
      this.#complaints.add(path, problemOf('duration-too-short', { ms: limits.least ?? 0 }));
      return 0;
    }
    return length;
  }

  optional(path: readonly string[], text: string | undefined): number | null {
    return text === undefined ? null : this.read(path, text);
  }
}
