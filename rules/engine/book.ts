import type { Alarm } from '#model/alarm.ts';
import { epochMs, position } from '#model/brand.ts';
import { alarmId } from '#rules/engine/alarm-id.ts';
import { type Effect, isOpen, type MachineState } from '#rules/engine/machine.ts';
import type { Correction, Episode, Told } from '#rules/engine/reconcile.ts';
import type { Sink } from '#rules/engine/sink.ts';
import type { Subject } from '#rules/engine/subject.ts';
import type { Voice } from '#rules/engine/voice.ts';
import type { Rule } from '#rules/language/rule.ts';

type Raised = Pick<Episode, 'number' | 'startedAt' | 'clearedAt' | 'severity' | 'evidence' | 'receivedLate'>;

const nobodyTold: readonly Told[] = [];

/** Whose alarms these are. */
interface Owner {
  readonly rule: Rule;
  readonly version: number;
  readonly device: Subject;
  readonly voice: Voice;
}

/** The alarms of one rule for one device that were told and that a late reading may still change. */
export class Book {
  told: readonly Told[] = nobodyTold;
  readonly #owner: Owner;
  /** The inbox record of the last alarm and how many that record has opened. */
  #position = -1;
  #ordinal = 0;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** The alarm that stands; undefined: none. */
  get open(): Told | undefined {
    return this.told.find((entry) => entry.clearedAt === null);
  }

  /** Those that a run from this state on may bring forth, and the one that stood then. */
  since(state: MachineState): readonly Told[] {
    const first = isOpen(state) ? state.count : state.count + 1;
    return this.told.filter((entry) => entry.number >= first);
  }

  forget(base: MachineState): void {
    if (this.told.length === 0) return;
    const first = isOpen(base) ? base.count : base.count + 1;
    this.told = this.told.filter((entry) => entry.clearedAt === null || entry.number >= first);
  }

  /** The clock was set back: no alarm began later than `at`. */
  setBack(at: number): void {
    this.told = this.told.map((entry) => ({ ...entry, startedAt: Math.min(entry.startedAt, at) }));
  }

  tell(effect: Effect, sink: Sink): void {
    if (effect.type === 'raise') {
      this.raise({ ...effect, startedAt: effect.at, clearedAt: effect.instant ? effect.at : null }, sink);
      return;
    }
    const told = this.told.find((entry) => entry.number === effect.number && entry.clearedAt === null);
    if (!told) return;
    if (effect.type === 'clear') this.clear(told, effect.at, sink);
    else this.#change(told, effect, sink);
  }

  /** `until`: when it was over, if that is known already. */
  raise(raised: Raised, sink: Sink, until: number | null = null): void {
    const alarm = this.#alarm(raised, sink.position);
    const { number, startedAt, clearedAt, severity } = raised;
    this.told = [...this.told, { number, id: alarm.id, startedAt, clearedAt, severity }];
    this.#owner.voice.raised(alarm, until, sink);
  }

  /** An alarm that a late reading brought to light, and that may be over already. */
  raiseLate(episode: Episode, sink: Sink): void {
    if (episode.instant || episode.clearedAt === null) {
      this.raise(episode, sink);
      return;
    }
    this.raise({ ...episode, clearedAt: null }, sink, episode.clearedAt);
    const raised = this.told.at(-1);
    if (raised) this.clear(raised, episode.clearedAt, sink);
  }

  clear(told: Told, at: number, sink: Sink): void {
    if (told.clearedAt !== null) return;
    this.#replace(told, { ...told, clearedAt: at });
    this.#owner.voice.cleared(told.id, at, sink);
  }

  /** The alarm has another number in the right order, or ended, or has another severity. */
  keep(told: Told, episode: Episode, sink: Sink): void {
    const kept = { ...told, number: episode.number, severity: episode.severity };
    this.#replace(told, kept);
    if (told.clearedAt !== null) return;
    const { severity, evidence, clearedAt } = episode;
    const at = clearedAt ?? episode.startedAt;
    if (told.severity !== severity) this.#change(kept, { severity, evidence, at }, sink);
    if (clearedAt !== null) this.clear(kept, clearedAt, sink);
  }

  revise(told: Told, now: number, sink: Sink): void {
    const at = Math.max(now, told.startedAt);
    this.clear(told, at, sink);
    this.#owner.voice.revised(told.id, at, sink);
    this.told = this.told.filter((entry) => entry.id !== told.id);
  }

  #change(told: Told, change: Pick<Episode, 'severity' | 'evidence'> & { at: number }, sink: Sink): void {
    const { severity, evidence } = change;
    this.#replace(told, { ...told, severity });
    this.#owner.voice.severity(told.id, { severity, evidence, at: change.at }, sink);
  }

  #replace(told: Told, next: Told): void {
    this.told = this.told.map((entry) => (entry.id === told.id ? next : entry));
  }

  #alarm(raised: Raised, at: number): Alarm {
    const { rule, version, device } = this.#owner;
    const { id, place, resident } = device.device;
    this.#ordinal = at === this.#position ? this.#ordinal + 1 : 0;
    this.#position = at;
    return {
      id: alarmId(rule.id, device.key, at, this.#ordinal),
      rule: rule.id,
      ruleVersion: version,
      key: device.key,
      device: id,
      place,
      ...(resident === undefined ? {} : { resident }),
      category: rule.category,
      severity: raised.severity,
      lifeSafety: rule.lifeSafety,
      state: raised.clearedAt === null ? 'active' : 'cleared',
      ack: false,
      startedAt: epochMs(raised.startedAt),
      ...(raised.clearedAt === null ? {} : { clearedAt: epochMs(raised.clearedAt) }),
      receivedLate: raised.receivedLate,
      revised: false,
      position: position(at),
      evidence: raised.evidence,
      tasks: [],
    };
  }
}

/** Says one correction. `now`: when an alarm that never was is over. */
export function applyCorrection(book: Book, correction: Correction, now: number, sink: Sink): void {
  switch (correction.type) {
    case 'revise':
      book.revise(correction.told, now, sink);
      return;
    case 'keep':
      book.keep(correction.told, correction.episode, sink);
      return;
    case 'raise':
      book.raiseLate(correction.episode, sink);
  }
}
