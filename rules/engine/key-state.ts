import type { Device, Mode } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Observation, Value } from '#model/reading.ts';
import type { DeviceState } from '#rules/engine/device-state.ts';
import { type DayJson, Diary } from '#rules/engine/habits/diary.ts';
import { Home } from '#rules/engine/habits/home.ts';
import { Holder, type HolderSurroundings, type KeptHolder } from '#rules/engine/holder.ts';
import { ModeTimeline } from '#rules/engine/holds.ts';
import { leewayMs } from '#rules/engine/leeway.ts';
import type { LoadedRule } from '#rules/engine/subject.ts';
import type { Frame } from '#rules/language/frame.ts';
import { isListening, type RuleKey } from '#rules/language/rule.ts';

/** A place or a resident. */
export interface KeyName {
  readonly kind: 'resident' | 'place';
  readonly id: string;
}

export const keyStateId = ({ kind, id }: KeyName): string => `.key ${kind} ${id}`;

/** Whom the device belongs to by a wide key; undefined: by a narrow one, or to nobody. */
export function keyNameOf(key: RuleKey, device: Device, configuration: Configuration): KeyName | undefined {
  if (key.kind === 'resident')
    return device.resident === undefined ? undefined : { kind: 'resident', id: device.resident };
  if (key.kind !== 'place') return undefined;
  const id =
    configuration.enclosing(device.place, key.scope) ??
    (key.scope === 'community' ? configuration.communityId : undefined);
  return id === undefined ? undefined : { kind: 'place', id };
}

/** Several devices together, for rules that ask whether any of them speaks. */
export class KeyState extends Holder {
  readonly name: KeyName;
  readonly modes: ModeTimeline;
  /** By id. */
  readonly members = new Map<string, DeviceState>();
  /** The one that was heard last; of those that said nothing the first. */
  #heard: string | undefined;
  readonly #fallback: Device;
  override readonly home: Home | undefined = undefined;

  constructor(name: KeyName, first: DeviceState, surroundings: HolderSurroundings) {
    super(surroundings);
    if (name.kind === 'resident') this.home = new Home(surroundings.clockface, readDiary(surroundings.kept));
    this.name = name;
    this.#fallback = first.device;
    this.#heard = surroundings.kept?.snapshot.heard;
    this.modes = new ModeTimeline(surroundings.kept?.snapshot.modes);
  }

  get key(): string {
    return this.name.id;
  }
  get id(): string {
    return keyStateId(this.name);
  }
  get device(): Device {
    const heard = this.#heard === undefined ? undefined : this.members.get(this.#heard);
    return (heard ?? this.members.values().next().value)?.device ?? this.#fallback;
  }
  get isLifeSafety(): boolean {
    return false;
  }

  /** A member speaks; what comes late does not make it the last. */
  heardFrom(device: string, at: number): void {
    if (at >= this.newestAt) this.#heard = device;
  }

  /** The observation with what it says about the resident; to be asked for each once, when it arrives. */
  interpret(observation: Observation): Observation {
    const member = this.members.get(observation.device);
    if (!this.home || !member) return observation;
    if (!this.home.hasHeard(observation)) this.home.settle([...this.members.values()]);
    return this.home.hear(observation, member);
  }

  override setBack(at: number): ReturnType<Holder['setBack']> {
    this.home?.diary.setBack(at + leewayMs);
    return super.setBack(at);
  }

  setModes(modes: readonly Mode[], now: number): boolean {
    return this.modes.set(modes, now);
  }

  isFor(loaded: LoadedRule, configuration: Configuration): boolean {
    if (!isListening(loaded.rule.trigger)) return false;
    return [...this.members.values()].some(
      (member) =>
        keyNameOf(loaded.rule.key, member.device, configuration)?.id === this.name.id &&
        member.isSelected(loaded),
    );
  }

  fill(frame: Frame): void {
    const member = this.members.get(this.device.id);
    member?.fill(frame);
    frame.past = this;
  }

  override valueAt(property: string, at: number): Value | undefined {
    return this.#newest(property, at)?.valueAt(property, at);
  }
  override timeAt(property: string, at: number): number | undefined {
    return this.#newest(property, at)?.timeAt(property, at);
  }
  override valueBefore(): Value | undefined {
    return undefined;
  }

  countOthers(): number | undefined {
    return undefined;
  }
  othersKnownSince(): number {
    return Number.NEGATIVE_INFINITY;
  }

  override snapshot(): ReturnType<Holder['snapshot']> {
    return {
      ...super.snapshot(),
      ...(this.#heard === undefined ? {} : { heard: this.#heard }),
      ...(this.home ? { heartbeats: this.home.diary.heartbeats } : {}),
    };
  }
  override *takePieces(): ReturnType<Holder['takePieces']> {
    yield* super.takePieces();
    if (this.home)
      for (const [day, state] of this.home.diary.takeChanged())
        yield [`diary day ${day}`, state && JSON.stringify(state)];
  }

  /** The member that said the property last. */
  #newest(property: string, at: number): DeviceState | undefined {
    let found: DeviceState | undefined;
    let newestAt = Number.NEGATIVE_INFINITY;
    for (const member of this.members.values()) {
      const saidAt = member.timeAt(property, at) ?? Number.NEGATIVE_INFINITY;
      if (saidAt <= newestAt) continue;
      found = member;
      newestAt = saidAt;
    }
    return found;
  }
}

function readDiary(kept: KeptHolder | undefined): Diary {
  const days = new Map<number, DayJson>();
  for (const [name, state] of kept?.pieces ?? []) {
    const [kind, , day] = name.split(' ');
    if (kind === 'diary') days.set(Number(day), JSON.parse(state) as DayJson);
  }
  return Diary.restore(days, kept?.snapshot.heartbeats ?? []);
}
