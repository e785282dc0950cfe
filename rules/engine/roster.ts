import type { LoadedRule } from '#rules/engine/subject.ts';

/** Where a row of a trace has what (trace-ring.ts). */
export interface TraceLayout {
  /** What each rule asks of the past, as many as there are columns for its answers. */
  readonly needs: readonly LoadedRule['rule']['needs'][];
  /** Where the outcome of each rule stands; its answers follow. */
  readonly columns: readonly number[];
  readonly width: number;
}

/** Rows begin with their order and their time. */
const firstColumn = 2;

export function layoutOf(needs: TraceLayout['needs']): TraceLayout {
  let width = firstColumn;
  const columns = needs.map((asked) => {
    const column = width;
    width += 1 + asked.length;
    return column;
  });
  return { needs, columns, width };
}

/** The rules of a lane: one object for all holders that have the same, so that it stays at hand. */
export interface Roster {
  /** By their places among those that are woken. */
  readonly loaded: readonly LoadedRule[];
  /** By the same: which column of the traces; −1: it shares nothing. */
  readonly columns: readonly number[];
  readonly layout: TraceLayout;
  /** Some share. */
  readonly isShared: boolean;
  /** Of those that share. */
  readonly latenessMs: number;
}

/** The rosters of one set of rules. */
export class Rosters {
  readonly #known = new Map<string, Roster>();

  /** `sharing`: those of `loaded` that share, in the same order. */
  of(loaded: readonly LoadedRule[], sharing: readonly LoadedRule[]): Roster {
    const columns = loaded.map((entry) => sharing.indexOf(entry));
    const name = loaded.map(({ rule }, place) => `${rule.id} ${columns[place]}`).join(' ');
    const known = this.#known.get(name);
    if (known) return known;
    const layout = layoutOf(sharing.map(({ rule }) => rule.needs));
    const latenessMs = sharing[0]?.rule.latenessMs ?? 0;
    const roster = { loaded, columns, layout, isShared: sharing.length > 0, latenessMs };
    this.#known.set(name, roster);
    return roster;
  }
}
