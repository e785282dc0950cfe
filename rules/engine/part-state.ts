import type { Device } from '#model/community.ts';
import type { Value } from '#model/reading.ts';
import { Holder, type HolderSurroundings } from '#rules/engine/holder.ts';
import type { ModeTimeline } from '#rules/engine/holds.ts';
import type { AskedAgain, LoadedRule, Subject } from '#rules/engine/subject.ts';
import { makeWake, type Wake, Wakes, type WatchKeeper } from '#rules/engine/wake.ts';
import type { Frame } from '#rules/language/frame.ts';
import type { OthersNeed } from '#rules/language/needs.ts';
import type { Rule } from '#rules/language/rule.ts';

/** What a device says with one value of a property: `{ by: device, and: credential }`. */
export interface PartName {
  readonly property: string;
  readonly value: Value;
}

export const partKey = ({ property, value }: PartName): string => `${property}=${value}`;

/** The device whose part it is. */
interface Whole extends Subject {
  countOthers(need: OthersNeed, at: number): number | undefined;
  othersKnownSince(need: OthersNeed, asked: AskedAgain): number;
  isSelected(loaded: LoadedRule): boolean;
}

/** A part of a device's readings, with the rules that tell them apart. */
export class PartState extends Holder {
  readonly name: PartName;
  readonly #whole: Whole;
  readonly #wakes = new Wakes();

  constructor(whole: Whole, name: PartName, surroundings: HolderSurroundings) {
    super(surroundings);
    this.#whole = whole;
    this.name = name;
  }

  get key(): string {
    return `${this.device.id}/${this.name.value}`;
  }
  get id(): string {
    return partId(this.device.id, this.name);
  }
  get device(): Device {
    return this.#whole.device;
  }
  get isLifeSafety(): boolean {
    return this.#whole.isLifeSafety;
  }
  get modes(): ModeTimeline {
    return this.#whole.modes;
  }

  fill(frame: Frame): void {
    this.#whole.fill(frame);
    frame.past = this;
  }

  countOthers(need: OthersNeed, at: number): number | undefined {
    return this.#whole.countOthers(need, at);
  }
  othersKnownSince(need: OthersNeed, asked: AskedAgain): number {
    return this.#whole.othersKnownSince(need, asked);
  }

  forgetWakes(): void {
    this.#wakes.forget();
    this.series.forgetNeeds();
  }

  wake(property: string, keeper: WatchKeeper): Wake {
    const known = this.#wakes.of(property);
    if (known) return known;
    const isMine = (loaded: LoadedRule): boolean => this.isFor(loaded);
    return this.#wakes.keep(property, makeWake(this, property, { keeper, isMine, others: [] }));
  }

  isFor(loaded: LoadedRule): boolean {
    const { key } = loaded.rule;
    return key.kind === 'and' && key.property === this.name.property && this.#whole.isSelected(loaded);
  }

  /** Nothing of it matters any more: nothing stands or waits, and its readings are too old for every window. */
  isOver(now: number): boolean {
    if (!this.isIdle) return false;
    for (const { rule } of this.watches.values()) if (this.newestAt + keptMs(rule) >= now) return false;
    return true;
  }

  /** Nothing stands or waits. */
  get isIdle(): boolean {
    if (this.dormant.size > 0) return false;
    for (const { book, due } of this.watches.values()) if (due !== null || book.open) return false;
    return true;
  }
}

const baselineMs = 15 * 24 * 3_600_000;

/** How long a reading may matter to a rule. */
const keptMs = ({ latenessMs, needs }: Rule): number =>
  Math.max(0, ...needs.map((need) => (need.kind === 'baseline' ? baselineMs : need.lengthMs))) + latenessMs;

/** Its name in the snapshot; there is no space in it but those that part it. */
export const partId = (device: string, { property, value }: PartName): string =>
  `${device} part ${property} ${typeof value} ${writeValue(value)}`;

/** What `partId` named. */
export function readPartId(id: string): { readonly device: string; readonly name: PartName } | undefined {
  const [device, word, property, type, text] = id.split(' ');
  if (word !== 'part' || device === undefined || property === undefined || text === undefined)
    return undefined;
  return { device, name: { property, value: readValue(type, decodeURIComponent(text)) } };
}

/** A text as in JSON, without its quotes: half of a surrogate pair cannot be written otherwise. */
const writeValue = (value: Value): string =>
  encodeURIComponent(typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : value);

function readValue(type: string | undefined, text: string): Value {
  if (type === 'number') return Number(text);
  return type === 'boolean' ? text === 'true' : (JSON.parse(`"${text}"`) as string);
}
