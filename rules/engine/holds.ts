import type { Mode } from '#model/community.ts';

interface ModeSpan {
  readonly mode: Mode['mode'];
  /** Epoch ms; null: until it is taken back. */
  readonly until: number | null;
}
interface Segment {
  readonly from: number;
  readonly modes: readonly ModeSpan[];
}

/** Changes older than this no longer matter to any reading. */
const keptMs = 25 * 3_600_000;

/**
 * Which modes were in force for a device when: a late reading is judged by the modes of its own time. The first
 * segment counts for all time before.
 */
export class ModeTimeline {
  #segments: readonly Segment[];

  constructor(segments: readonly Segment[] = []) {
    this.#segments = segments;
  }

  /** From `now` on these are set. Answers whether that is a change. */
  set(modes: Iterable<Mode>, now: number): boolean {
    const spans = Array.from(modes, ({ mode, until }) => ({
      mode,
      until: until === undefined ? null : Date.parse(until),
    }));
    const last = this.#segments.at(-1);
    if (last ? JSON.stringify(last.modes) === JSON.stringify(spans) : spans.length === 0) return false;
    const before = last ? this.#segments : [{ from: Number.MIN_SAFE_INTEGER, modes: [] }];
    const kept = before.filter((_, index) => (before[index + 1]?.from ?? now) > now - keptMs);
    this.#segments = [...kept, { from: now, modes: spans }];
    return true;
  }

  /** Whether something was set or ended later than `at`. */
  hasChangedAfter(at: number): boolean {
    return (this.#segments.at(-1)?.from ?? at) > at;
  }

  /** The clock was set back to `at`: what is in force now is so from then on at the latest. */
  setBack(at: number): void {
    const last = this.#segments.at(-1);
    if (!last || !this.hasChangedAfter(at)) return;
    this.#segments = [...this.#segments.filter(({ from }) => from < at), { ...last, from: at }];
  }

  /** From when on it is known which modes were in force, epoch ms. */
  get knownSince(): number {
    return this.#segments[0]?.from ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * A mode in force at `at` that is among `unless`. `isTimer`: for what runs out at `at`, which comes before a mode that is
   * set or ended in that moment.
   */
  find(unless: ReadonlySet<string>, at: number, isTimer = false): string | undefined {
    if (this.#segments.length === 0) return undefined;
    const segment =
      this.#segments.findLast(({ from }) => (isTimer ? from < at : from <= at)) ?? this.#segments[0];
    return segment?.modes.find(({ mode, until }) => unless.has(mode) && (until === null || until > at))?.mode;
  }

  toJson(): readonly Segment[] {
    return this.#segments;
  }
}
