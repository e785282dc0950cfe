import type { KeptHolder } from '#rules/engine/holder.ts';
import type { HolderSnapshot } from '#rules/engine/snapshot.ts';

/** Pieces of a holder's series have names of their own in the snapshot, behind the holder's. */
export const pieceKey = (holder: string, piece: string): string => `${holder} ${piece}`;
const pieceName = / ((?:track|usual|diary|log) \S+ -?\d+)$/;

/** Puts the pieces of a snapshot together again, in whatever order they come. */
export class KeptHolders {
  readonly #snapshots = new Map<string, HolderSnapshot>();
  readonly #pieces = new Map<string, Map<string, string>>();

  add(key: string, state: string): void {
    const piece = pieceName.exec(key)?.[1];
    if (piece === undefined) this.#snapshots.set(key, JSON.parse(state) as HolderSnapshot);
    else this.#piecesOf(key.slice(0, -piece.length - 1)).set(piece, state);
  }

  *all(): Iterable<readonly [holder: string, kept: KeptHolder]> {
    for (const [holder, snapshot] of this.#snapshots)
      yield [holder, { snapshot, pieces: this.#pieces.get(holder) ?? new Map() }];
  }

  /** Names of the pieces that are kept, by holder. */
  *names(): Iterable<readonly [holder: string, pieces: Iterable<string>]> {
    for (const [holder, pieces] of this.#pieces) yield [holder, pieces.keys()];
  }

  #piecesOf(holder: string): Map<string, string> {
    const known = this.#pieces.get(holder) ?? new Map<string, string>();
    this.#pieces.set(holder, known);
    return known;
  }
}

/** Which pieces the snapshot has of whom, so that those of a holder that is gone can be taken away. */
export class PieceList {
  readonly #names = new Map<string, Set<string>>();

  note(holder: string, piece: string, isKept: boolean): void {
    let names = this.#names.get(holder);
    if (!names) {
      names = new Set();
      this.#names.set(holder, names);
    }
    if (isKept) names.add(piece);
    else names.delete(piece);
  }

  /** All of them: the holder is gone. */
  takeAll(holder: string): Iterable<string> {
    const names = this.#names.get(holder) ?? [];
    this.#names.delete(holder);
    return names;
  }
}
