import { Readout, type StateRow } from '#model/snapshot.ts';
import type { Downtime } from '#rules/engine/counted-time.ts';
import type { Fleet } from '#rules/engine/fleet.ts';
import { Group, type GroupSnapshot } from '#rules/engine/group.ts';
import type { Holder } from '#rules/engine/holder.ts';
import { KeptHolders, PieceList, pieceKey } from '#rules/engine/kept-holders.ts';
import type { Subject } from '#rules/engine/subject.ts';

/** Beside the ids of devices, which have no dot. */
const engineKey = '.engine';
const groupKey = '.group';

/** What of the engine's memory changed since it was last written, and how it is written and read: rows of text by key. */
export class EngineMemory {
  readonly #fleet: Fleet;
  readonly #dirty = new Set<string>();
  /** Holders that ended since the last snapshot; another one may have the name by now. */
  readonly #gone = new Set<string>();
  readonly #pieces = new PieceList();
  readonly #readout = new Readout<Holder | Group>((source) =>
    source instanceof Group ? this.#group(source) : this.#holder(source),
  );

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

  /** To be called before anything of it changes: what of it a snapshot has to say is read out. */
  changing(source: Holder | Group): void {
    this.#readout.changing(source);
  }
  /** All of them may change. */
  allChanging(): void {
    this.#readout.readAll();
  }

  /** What changed since the last call, as it is now. `now` −Infinity: the time is not known yet. */
  takeDirty(now: number): Iterable<StateRow> {
    const readout = this.#readout;
    readout.readAll();
    if (Number.isFinite(now))
      readout.put(engineKey, JSON.stringify({ now, downtimes: this.#fleet.downtimes.spans }));
    for (const id of this.#dirty) this.#put(id);
    this.#dirty.clear();
    for (const group of this.#fleet.assignment.groups.values()) {
      if (!group.isDirty) continue;
      group.isDirty = false;
      readout.add(group);
    }
    return readout.rest();
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

  #put(id: string): void {
    const gone = this.#gone.delete(id) ? this.#pieces.takeAll(id) : [];
    for (const piece of gone) this.#readout.put(pieceKey(id, piece), null);
    const holder = this.#fleet.holder(id);
    if (!holder) {
      this.#readout.put(id, null);
      return;
    }
    holder.isDirty = false;
    this.#readout.add(holder);
  }

  *#holder(holder: Holder): Iterable<StateRow> {
    const { id } = holder;
    for (const [piece, state] of holder.takePieces()) {
      this.#pieces.note(id, piece, state !== null);
      yield [pieceKey(id, piece), state];
    }
    yield [id, JSON.stringify(holder.snapshot())];
  }

  *#group(group: Group): Iterable<StateRow> {
    yield [`${groupKey} ${group.name}`, group.isEmpty ? null : JSON.stringify(group.toJson())];
  }
}
