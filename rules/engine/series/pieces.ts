import { Track, type TrackPairs } from '#rules/engine/series/track.ts';

/** Readings in one piece: so much is written again when one comes. */
const pieceLength = 64;

type Piece = readonly [from: number, pairs: TrackPairs];
/** A part of a series that rests by itself; null: it is no more. */
export type NamedPiece = readonly [name: string, state: string | null];

/** The piece that holds the reading with this ordinal. */
export const pieceOf = (ordinal: number): number => Math.floor(ordinal / pieceLength);
const pieceName = (property: string, piece: number): string => `track ${property} ${piece}`;

/** The pieces of a track that changed since the last call; those from `written` on were there before. */
export function* trackPieces(property: string, track: Track, written: number): Iterable<NamedPiece> {
  const first = pieceOf(track.first);
  for (let piece = written; piece < first; piece++) yield [pieceName(property, piece), null];
  const last = pieceOf(track.last);
  const lost = pieceOf(track.takeLost());
  for (let piece = last + 1; piece <= lost; piece++) yield [pieceName(property, piece), null];
  for (let piece = pieceOf(track.takeChanged()); piece <= last; piece++) {
    const begin = Math.max(piece * pieceLength, track.first);
    const kept: Piece = [begin, track.pairs(begin, (piece + 1) * pieceLength - 1)];
    yield [pieceName(property, piece), JSON.stringify(kept)];
  }
}

/** The pieces of a track put together again, from the reading with the ordinal `first` on. */
export function joined(property: string, first: number, pieces: ReadonlyMap<string, string>): Track {
  const pairs: TrackPairs[number][] = [];
  for (let piece = pieceOf(first); ; piece++) {
    const state = pieces.get(pieceName(property, piece));
    if (state === undefined) return Track.fromPairs(pairs, first);
    const [from, kept] = JSON.parse(state) as Piece;
    pairs.push(...kept.slice(Math.max(0, first - from)));
  }
}
