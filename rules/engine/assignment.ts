import type { Configuration } from '#model/configuration.ts';
import type { Downtimes } from '#rules/engine/counted-time.ts';
import { DeviceState } from '#rules/engine/device-state.ts';
import { Group, type GroupSnapshot } from '#rules/engine/group.ts';
import type { Holder } from '#rules/engine/holder.ts';
import type { Judge } from '#rules/engine/judge.ts';
import { KeyState, keyNameOf } from '#rules/engine/key-state.ts';
import { leewayMs } from '#rules/engine/leeway.ts';
import { PartState } from '#rules/engine/part-state.ts';
import { Plans } from '#rules/engine/plan.ts';
import type { Told } from '#rules/engine/reconcile.ts';
import { RuleSet } from '#rules/engine/rule-set.ts';
import type { Sink } from '#rules/engine/sink.ts';
import {
  noReadings,
  ObservationTable,
  sealed,
  snapshotOf,
  type WatchSnapshot,
} from '#rules/engine/snapshot.ts';
import type { Plan } from '#rules/engine/steps.ts';
import type { LoadedRule } from '#rules/engine/subject.ts';
import { loud, silent, type Voice } from '#rules/engine/voice.ts';
import { Watch } from '#rules/engine/watch.ts';
import type { Clockface } from '#rules/engine/zone.ts';
import { isListening, type Rule } from '#rules/language/rule.ts';

/** Who has to know when the fleet changes. */
export interface FleetListener {
  /** Something of it is about to change: to be called before. Not while rules or the configuration change, or the clock is set back. */
  changing(subject: Holder | Group): void;
  /** Its state has to be written. */
  changed(holder: Holder): void;
  /** Nothing of its state is to be kept. */
  gone(holder: Holder): void;
  /** Timers may run for it. */
  began(watch: Watch): void;
  ended(watch: Watch): void;
}

export interface Occasion {
  readonly now: number;
  readonly sink: Sink;
}

interface AssignmentParts {
  readonly configuration: Configuration;
  readonly listener: FleetListener;
  readonly judge: Judge;
  readonly downtimes: Downtimes;
  readonly clockface: Clockface;
}

/** What they were made or restored in is an order that nobody may see. */
export const byName = <T>(named: ReadonlyMap<string, T>): readonly (readonly [name: string, value: T])[] =>
  [...named].sort(([a], [b]) => (a < b ? -1 : 1));

const voiceOf = ({ voice = 'loud' }: WatchSnapshot): string => voice;
const openOf = ({ told }: WatchSnapshot): Told | undefined =>
  told.find(({ clearedAt }) => clearedAt === null);

/** Gives each holder a watch for each rule that is for it, and takes it away again. */
export class Assignment {
  rules = new RuleSet([]);
  /** Alarms of several devices together, by rule and key. */
  readonly groups = new Map<string, Group>();
  readonly #parts: AssignmentParts;
  readonly #plans = new Plans();
  readonly #keptGroups = new Map<string, GroupSnapshot>();

  constructor(parts: AssignmentParts) {
    this.#parts = parts;
  }

  restoreGroup(name: string, snapshot: GroupSnapshot): void {
    this.#keptGroups.set(name, snapshot);
  }

  find(holder: Holder, loaded: LoadedRule): Watch {
    const known = holder.watches.get(loaded.rule.id);
    if (known) return known;
    const { judge, listener } = this.#parts;
    const voice = this.#voice(holder, loaded.rule);
    const watch = new Watch(loaded, holder, { judge, voice, plan: this.#plan(loaded, holder) });
    holder.watches.set(loaded.rule.id, watch);
    listener.began(watch);
    return watch;
  }

  /** Rules that mean what they meant go on where they were; the others are seen to when all is settled. */
  wakeUp(holder: Holder): void {
    const readings = holder.restoredReadings();
    for (const [id, snapshot] of holder.dormant) {
      const loaded = this.rules.get(id);
      if (loaded?.rule.meaning === snapshot.meaning && this.#isFor(loaded, holder)) {
        const watch = this.find(holder, loaded);
        watch.restore(snapshot, readings);
        holder.dormant.delete(id);
        this.#parts.listener.began(watch);
      } else holder.dormant.set(id, sealed(snapshot));
    }
  }

  /** Other facts about the holder: what was decided stays decided. */
  renew(holder: Holder): void {
    for (const watch of holder.watches.values()) {
      watch.seal();
      const loaded = this.rules.get(watch.rule.id) ?? watch.loaded;
      watch.renew(loaded, this.#plan(loaded, holder));
    }
    this.#parts.listener.changed(holder);
  }

  settle(holder: Holder, occasion: Occasion): void {
    for (const [id, watch] of byName(holder.watches)) this.#keepOrEnd(holder, id, watch, occasion);
    for (const [id, snapshot] of byName(holder.dormant)) this.#revive(holder, id, snapshot, occasion);
  }

  endAll(holder: Holder, occasion: Occasion): void {
    for (const [, watch] of byName(holder.watches)) this.#end(watch, occasion);
    for (const [, snapshot] of byName(holder.dormant)) this.#clearOpen(snapshot, occasion);
  }

  /** Alarms over which no rule of these holders may say anything any more: nothing of them is kept. */
  endGroups(holders: Iterable<Holder>): void {
    for (const name of this.#keptGroups.keys()) this.#voiceNamed(name);
    if (this.groups.size === 0) return;
    const spoken = new Set<string>();
    for (const { dormant, watches } of holders) {
      for (const { voice } of watches.values()) spoken.add(voice.name);
      for (const snapshot of dormant.values()) spoken.add(voiceOf(snapshot));
    }
    for (const group of this.groups.values()) if (!spoken.has(group.name) && !group.isStanding) group.end();
  }

  #keepOrEnd(holder: Holder, id: string, watch: Watch, occasion: Occasion): void {
    const loaded = this.rules.get(id);
    const isMine = loaded !== undefined && this.#isFor(loaded, holder);
    const isSameVoice = loaded === undefined || this.#voiceName(holder, loaded.rule) === watch.voice.name;
    if (loaded?.rule.meaning === watch.rule.meaning && isMine && isSameVoice) {
      if (loaded.rule !== watch.rule) watch.renew(loaded, this.#plan(loaded, holder));
      return;
    }
    holder.watches.delete(id);
    this.#parts.listener.changed(holder);
    if (this.rules.isBroken(id) || (isMine && isSameVoice)) {
      this.#parts.listener.ended(watch);
      holder.dormant.set(id, sealed(snapshotOf(watch, new ObservationTable(null))));
    } else this.#end(watch, occasion);
  }

  #end(watch: Watch, { now, sink }: Occasion): void {
    const { open } = watch.book;
    if (open) watch.book.clear(open, now, sink);
    this.#parts.listener.ended(watch);
  }

  /** A rule that was broken, or that means something else now. While it is broken its alarm stands as it did. */
  #revive(holder: Holder, id: string, snapshot: WatchSnapshot, occasion: Occasion): void {
    if (this.rules.isBroken(id)) return;
    holder.dormant.delete(id);
    this.#parts.listener.changed(holder);
    const loaded = this.rules.get(id);
    if (
      !loaded ||
      !this.#isFor(loaded, holder) ||
      this.#voiceName(holder, loaded.rule) !== voiceOf(snapshot)
    ) {
      this.#clearOpen(snapshot, occasion);
      return;
    }
    const watch = this.find(holder, loaded);
    const open = openOf(snapshot);
    if (loaded.rule.meaning === snapshot.meaning) watch.restore(snapshot, noReadings);
    // An event clears nothing.
    else if (loaded.rule.trigger.kind === 'event') this.#clearOpen(snapshot, occasion);
    else if (open) watch.carry(open, snapshot.clock ?? Number.NEGATIVE_INFINITY);
    // The clock may have been set back meanwhile.
    const { now } = occasion;
    if (snapshot.clock !== null && snapshot.clock > now + leewayMs) holder.setBack(now);
    this.#parts.listener.began(watch);
  }

  #clearOpen(snapshot: WatchSnapshot, { now, sink }: Occasion): void {
    const open = openOf(snapshot);
    if (open) this.#voiceNamed(voiceOf(snapshot)).cleared(open.id, Math.max(now, open.startedAt), sink);
  }

  #isFor(loaded: LoadedRule, holder: Holder): boolean {
    if (holder instanceof KeyState) return holder.isFor(loaded, this.#parts.configuration);
    if (holder instanceof PartState) return holder.isFor(loaded);
    const { key, trigger } = loaded.rule;
    if (key.kind === 'and' || (key.kind !== 'device' && isListening(trigger))) return false;
    return holder instanceof DeviceState && holder.isSelected(loaded);
  }

  /** Names whom alarms are told to: `loud`, `silent`, or rule and key of a group, with the voice behind it. */
  #voiceName(holder: Holder, rule: Rule): string {
    const out = rule.shadow ? 'silent' : 'loud';
    if (isListening(rule.trigger)) return out;
    const name = keyNameOf(rule.key, holder.device, this.#parts.configuration);
    return name ? `${out} ${rule.id} ${name.id}` : out;
  }

  #voice(holder: Holder, rule: Rule): Voice {
    return this.#voiceNamed(this.#voiceName(holder, rule));
  }

  #voiceNamed(voiceName: string): Voice {
    const [outName, rule, key] = voiceName.split(' ');
    const out = outName === 'silent' ? silent : loud;
    if (rule === undefined || key === undefined) return out;
    const known = this.groups.get(voiceName);
    if (known) return known;
    const snapshot = this.#keptGroups.get(voiceName) ?? [];
    this.#keptGroups.delete(voiceName);
    const { listener } = this.#parts;
    const group = new Group({
      name: voiceName,
      rule: rule as Rule['id'],
      key,
      out,
      snapshot,
      changing: (changed) => listener.changing(changed),
    });
    this.groups.set(voiceName, group);
    return group;
  }

  #plan({ rule }: LoadedRule, holder: Holder): Plan {
    const { clockface, downtimes } = this.#parts;
    return this.#plans.of(rule, holder, { zone: clockface.zone, downtimes });
  }
}
