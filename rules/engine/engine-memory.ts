import type { Downtime } from '#rules/engine/counted-time.ts';
import type { Fleet } from '#rules/engine/fleet.ts';
import type { GroupSnapshot } from '#rules/engine/group.ts';
import { KeptHolders, PieceList, pieceKey } from '#rules/engine/kept-holders.ts';
import type { Subject } from '#rules/engine/subject.ts';

/** Beside the ids of devices, which have no dot. */
const engineKey = '.engine';
const groupKey = '.group';

type Row = readonly [key: string, state: string | null];

/** What of the engine's memory changed since it was last written, and how it is written and read: rows of text by key. */
export class EngineMemory {
  readonly #fleet: Fleet;
  readonly #dirty = new Set<string>();
  /** Holders that ended since the last snapshot; another one may have the name by now. */
  readonly #gone = new Set<string>();
  readonly #pieces = new PieceList();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  changed(subject: Subject): void {
    if (subject.isDirty) return;
    subject.isDirty = true;
    this.#dirty.add(subject.id);
  }

  gone({ id }: Subject): void {
    this.#dirty.add(id);
    this.#gone.add(id);
  }

  /** What changed since the last call. `now` −Infinity: the time is not known yet. */
  *takeDirty(now: number): Iterable<Row> {
    if (Number.isFinite(now))
      yield [engineKey, JSON.stringify({ now, downtimes: this.#fleet.downtimes.spans })];
    for (const id of this.#dirty) yield* this.#written(id);
    this.#dirty.clear();
    for (const group of this.#fleet.assignment.groups.values()) {
      if (!group.isDirty) continue;
      group.isDirty = false;
      yield [`${groupKey} ${group.name}`, group.isEmpty ? null : JSON.stringify(group.toJson())];
    }
  }

  /** Takes everything that was written back. Answers up to when time had passed; undefined: nobody knows. */
  restore(entries: Iterable<readonly [key: string, state: string]>): number | undefined {
    const kept = new KeptHolders();
    let now: number | undefined;
    for (const [key, state] of entries) {
      if (key === engineKey) {
        const engine = JSON.parse(state) as { now: number; downtimes: readonly Downtime[] };
        now = engine.now;
        this.#fleet.downtimes.add(...engine.downtimes);
      } else if (key.startsWith(`${groupKey} `))
        this.#fleet.assignment.restoreGroup(
          key.slice(groupKey.length + 1),
          JSON.parse(state) as GroupSnapshot,
        );
      else kept.add(key, state);
    }
    for (const [id, holder] of kept.all()) this.#fleet.restore(id, holder);
    for (const [id, pieces] of kept.names()) for (const piece of pieces) this.#pieces.note(id, piece, true);
    return now;
  }

  *#written(id: string): Iterable<Row> {
    const holder = this.#fleet.holder(id);
    if (holder) holder.isDirty = false;
    const gone = this.#gone.delete(id) ? this.#pieces.takeAll(id) : [];
    for (const piece of gone) yield [pieceKey(id, piece), null];
    for (const [piece, state] of holder?.takePieces() ?? []) {
      this.#pieces.note(id, piece, state !== null);
      yield [pieceKey(id, piece), state];
    }
    yield [id, holder ? JSON.stringify(holder.snapshot()) : null];
  }
}
