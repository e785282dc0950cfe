import type { DeviceId } from '#model/brand.ts';
import type { Device } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { AnswerSheet } from '#rules/engine/answer-sheet.ts';
import { Assignment, byName, type FleetListener, type Occasion } from '#rules/engine/assignment.ts';
import { Downtimes } from '#rules/engine/counted-time.ts';
import { DeviceState } from '#rules/engine/device-state.ts';
import type { Holder, KeptHolder } from '#rules/engine/holder.ts';
import { Judge } from '#rules/engine/judge.ts';
import { type KeyName, KeyState, keyNameOf, keyStateId } from '#rules/engine/key-state.ts';
import type { PieceSizes } from '#rules/engine/log-pieces.ts';
import { ModesSet } from '#rules/engine/modes-set.ts';
import { Neighbours } from '#rules/engine/neighbours.ts';
import { type PartName, PartState, partKey, readPartId } from '#rules/engine/part-state.ts';
import { RuleSet } from '#rules/engine/rule-set.ts';
import type { LoadedRule } from '#rules/engine/subject.ts';
import type { Watch } from '#rules/engine/watch.ts';
import { Zone } from '#rules/engine/zone.ts';
import { Frame } from '#rules/language/frame.ts';
import { isListening } from '#rules/language/rule.ts';

/** Values of `{ by: device, and: PROPERTY }` that are told apart at a time, for each device. */
const mostParts = 5_000;

interface FleetParts {
  readonly configuration: Configuration;
  readonly listener: FleetListener;
  readonly answers: AnswerSheet;
  readonly pieceSizes: PieceSizes;
}

/** All devices, parts of them and keys wider than them, with their rules: in step with the configuration and the rules. */
export class Fleet {
  readonly devices = new Map<string, DeviceState>();
  /** By id of their state. */
  readonly keys = new Map<string, KeyState>();
  readonly downtimes = new Downtimes();
  readonly assignment: Assignment;
  readonly judge: Judge;
  readonly #configuration: Configuration;
  readonly #listener: FleetListener;
  readonly #answers: AnswerSheet;
  readonly #pieceSizes: PieceSizes;
  readonly #frame = new Frame();
  readonly neighbours: Neighbours;
  /** Holders that were restored and that the configuration has not named yet. */
  readonly #kept = new Map<string, KeptHolder>();
  readonly #keptParts = new Map<string, (readonly [PartName, KeptHolder])[]>();
  /** Keys that were restored and whose rules do not go on yet. */
  readonly #asleep: KeyState[] = [];
  #rules = new RuleSet([]);
  zone = new Zone('UTC');

  constructor({ configuration, listener, answers, pieceSizes }: FleetParts) {
    this.#configuration = configuration;
    this.#listener = listener;
    this.#answers = answers;
    this.#pieceSizes = pieceSizes;
    this.neighbours = new Neighbours(configuration, this.devices);
    this.judge = new Judge(this.#frame, answers);
    this.assignment = new Assignment({
      configuration,
      listener,
      judge: this.judge,
      downtimes: this.downtimes,
      clockface: this,
    });
  }

  get rules(): RuleSet {
    return this.#rules;
  }
  set rules(rules: RuleSet) {
    this.#rules = rules;
    this.assignment.rules = rules;
  }

  /** Everybody for whom rules are judged. */
  *holders(): Iterable<Holder> {
    for (const device of this.devices.values()) {
      yield device;
      yield* device.parts.values();
    }
    yield* this.keys.values();
  }
  holder(id: string): Holder | undefined {
    const part = readPartId(id);
    if (part) return this.devices.get(part.device)?.parts.get(partKey(part.name));
    return this.devices.get(id) ?? this.keys.get(id);
  }

  restore(id: string, kept: KeptHolder): void {
    const part = readPartId(id);
    if (!part) {
      this.#kept.set(id, kept);
      return;
    }
    const parts = this.#keptParts.get(part.device) ?? [];
    this.#keptParts.set(part.device, parts);
    parts.push([part.name, kept]);
  }

  /** Rules or configuration changed: everybody gets the rules that are for them. */
  settle(occasion: Occasion): void {
    const isNewZone = this.#takeZone();
    // Not those that are restored now: the zone is new to nobody but the engine.
    if (isNewZone) for (const state of this.keys.values()) this.assignment.renew(state);
    const modes = new ModesSet(this.#configuration);
    this.neighbours.forget();
    for (const [id, state] of byName(this.devices))
      if (!this.#configuration.device(id as DeviceId)) this.#remove(state, occasion);
    const restored: Holder[] = [];
    for (const device of this.#configuration.devices()) {
      const state = this.devices.get(device.id);
      if (state) this.#update(state, device, isNewZone);
      else restored.push(...this.#add(device));
    }
    // Only now: what they judge again may count what others said.
    for (const holder of restored) this.assignment.wakeUp(holder);
    for (const [, state] of byName(this.devices)) {
      if (state.setModes(modes.ofDevice(state.device), occasion.now)) this.#listener.changed(state);
      this.#adopt(state, occasion);
    }
    this.#settleKeys(modes, occasion);
    this.assignment.endGroups(this.holders());
  }

  /**
   * The same for one device that is new, or of another kind than was thought, and that belongs to nobody and no place yet
   * (`whyNoKey`): so it changes nothing for keys wider than it.
   */
  settleOne(device: Device, occasion: Occasion): void {
    const known = this.devices.get(device.id);
    if (known) this.#update(known, device, false);
    else {
      const restored = this.#add(device);
      for (const holder of restored) this.assignment.wakeUp(holder);
    }
    const state = this.devices.get(device.id);
    if (!state) return;
    if (!known) this.neighbours.join(state);
    const modes = new ModesSet(this.#configuration).ofDevice(device);
    if (state.setModes(modes, occasion.now)) this.#listener.changed(state);
    this.#adopt(state, occasion);
  }

  /** The clock was set back: what all of them share counts from there. Each holder is to be told by itself. */
  setBack(at: number): void {
    this.downtimes.setBack(at);
    this.neighbours.forget();
    for (const group of this.assignment.groups.values()) group.setBack(at);
  }

  find(holder: Holder, loaded: LoadedRule): Watch {
    const together = this.#together(holder, loaded);
    return this.assignment.find(together ?? holder, loaded);
  }

  /** The watches of a rule that judge what this device says. */
  watchesOf(loaded: LoadedRule, device: DeviceState): readonly Watch[] {
    const holders =
      loaded.rule.key.kind === 'and'
        ? [...device.parts.values()]
        : [this.#together(device, loaded) ?? device];
    return holders.flatMap(({ watches }) => watches.get(loaded.rule.id) ?? []);
  }

  /** The part of a device that this value names. One that was over begins anew, whether it was forgotten yet or not. */
  part(device: DeviceState, name: PartName): PartState {
    const key = partKey(name);
    const known = device.parts.get(key);
    if (known) this.#forgetIfOver(device, key, known);
    let part = device.parts.get(key);
    if (part) device.parts.delete(key);
    else {
      if (device.parts.size >= mostParts) this.#makeRoom(device);
      part = new PartState(device, name, this.#surroundings());
    }
    device.parts.set(key, part);
    return part;
  }

  /** Forgets parts of a device that have been over for long; looks at those that were not heard for longest. */
  forgetParts(device: DeviceState): void {
    for (const [key, part] of device.parts) if (!this.#forgetIfOver(device, key, part)) return;
  }

  #forgetIfOver(device: DeviceState, key: string, part: PartState): boolean {
    if (!part.isOver(device.newestAt)) return false;
    this.#forgetPart(device, key, part);
    return true;
  }

  /** There are too many: those that were not heard for longest go, but for those where something stands or waits. */
  #makeRoom(device: DeviceState): void {
    for (const [key, part] of device.parts) this.#forgetIfOver(device, key, part);
    if (device.parts.size < mostParts) return;
    const idle = byName(device.parts).filter(([, part]) => part.isIdle);
    const oldestFirst = idle.sort(([, a], [, b]) => a.newestAt - b.newestAt);
    for (const [key, part] of oldestFirst.slice(0, mostParts / 2)) this.#forgetPart(device, key, part);
  }

  #forgetPart(device: DeviceState, key: string, part: PartState): void {
    for (const watch of part.watches.values()) this.#listener.ended(watch);
    device.parts.delete(key);
    this.#listener.gone(part);
  }

  #together(holder: Holder, { rule }: LoadedRule): KeyState | undefined {
    if (!(holder instanceof DeviceState) || !isListening(rule.trigger)) return undefined;
    const name = keyNameOf(rule.key, holder.device, this.#configuration);
    return name && this.#keyState(name, holder);
  }

  #keyState(name: KeyName, member: DeviceState): KeyState {
    const id = keyStateId(name);
    let state = this.keys.get(id);
    if (!state) {
      const kept = this.#kept.get(id);
      state = new KeyState(name, member, this.#surroundings(kept));
      state.members.set(member.device.id, member);
      this.#kept.delete(id);
      this.keys.set(id, state);
      if (kept) this.#asleep.push(state);
    }
    state.members.set(member.device.id, member);
    return state;
  }

  #surroundings(kept?: KeptHolder) {
    const surroundings = {
      clockface: this,
      answers: this.#answers,
      pieceSizes: this.#pieceSizes,
      changing: (holder: Holder) => this.#listener.changing(holder),
    };
    return kept ? { ...surroundings, kept } : surroundings;
  }

  #takeZone(): boolean {
    if (this.#configuration.timezone === this.zone.name) return false;
    this.zone = new Zone(this.#configuration.timezone);
    this.#frame.yearOf = (at) => this.zone.yearOf(at);
    return true;
  }

  /** Answers what was restored of it. */
  #add(device: Device): readonly Holder[] {
    const kept = this.#kept.get(device.id);
    this.#kept.delete(device.id);
    const state = new DeviceState(device, {
      ...this.#surroundings(kept),
      configuration: this.#configuration,
      neighbours: this.neighbours,
    });
    this.devices.set(device.id, state);
    const parts = (this.#keptParts.get(device.id) ?? [])
      .map(([name, part]) => new PartState(state, name, this.#surroundings(part)))
      .sort((a, b) => a.newestAt - b.newestAt);
    this.#keptParts.delete(device.id);
    for (const part of parts) state.parts.set(partKey(part.name), part);
    return kept ? [state, ...parts] : parts;
  }

  #update(state: DeviceState, device: Device, isNewZone: boolean): void {
    if (!state.refresh(device) && !isNewZone) return;
    for (const holder of withParts(state)) this.assignment.renew(holder);
  }

  #adopt(state: DeviceState, occasion: Occasion): void {
    state.forgetWakes();
    for (const holder of withParts(state)) this.assignment.settle(holder, occasion);
    for (const loaded of this.rules.silences)
      if (state.isSelected(loaded) && !this.#together(state, loaded)) this.assignment.find(state, loaded);
  }

  #settleKeys(modes: ModesSet, occasion: Occasion): void {
    const wide = this.rules.silences.filter(({ rule }) => rule.key.kind !== 'device');
    const wanted = this.#gatherKeys(wide);
    // Only now: which rules are for them is said by all of their members.
    for (const state of this.#asleep.splice(0)) this.assignment.wakeUp(state);
    for (const [id, state] of byName(this.keys)) {
      if (state.setModes(modes.ofKey(state.name, state.device), occasion.now)) this.#listener.changed(state);
      this.assignment.settle(state, occasion);
      for (const loaded of wide)
        if (state.isFor(loaded, this.#configuration)) this.assignment.find(state, loaded);
      if (wanted.has(state) || state.dormant.size > 0) continue;
      this.keys.delete(id);
      this.#listener.gone(state);
    }
  }

  /**
   * Who belongs together; answers those for whom some rule is, a rule that is switched off among them: what was learned
   * of a person in weeks is not lost because somebody switches a rule off and on again.
   */
  #gatherKeys(wide: readonly LoadedRule[]): ReadonlySet<KeyState> {
    for (const state of this.keys.values()) state.members.clear();
    const wanted = new Set<KeyState>();
    for (const [, device] of byName(this.devices)) {
      for (const loaded of wide) {
        const state = device.isMeant(loaded) ? this.#together(device, loaded) : undefined;
        if (state) wanted.add(state);
      }
    }
    return wanted;
  }

  #remove(state: DeviceState, occasion: Occasion): void {
    for (const holder of withParts(state)) {
      this.assignment.endAll(holder, occasion);
      this.#listener.gone(holder);
    }
    this.devices.delete(state.device.id);
  }
}

const withParts = (device: DeviceState): readonly Holder[] => [
  device,
  ...byName(device.parts).map(([, part]) => part),
];
