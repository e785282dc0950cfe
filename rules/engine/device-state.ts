import { deviceKindCatalogue } from '#model/catalogue.ts';
import type { Device, Mode, Place } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import { Holder, type HolderSurroundings } from '#rules/engine/holder.ts';
import { ModeTimeline } from '#rules/engine/holds.ts';
import type { Neighbours } from '#rules/engine/neighbours.ts';
import type { PartState } from '#rules/engine/part-state.ts';
import { whyNotMeant, whyNotSelected } from '#rules/engine/selection.ts';
import type { AskedAgain, LoadedRule } from '#rules/engine/subject.ts';
import { Trace } from '#rules/engine/trace.ts';
import { makeWake, type Wake, Wakes, type WatchKeeper } from '#rules/engine/wake.ts';
import { DeviceFacts, PlaceFacts, ResidentFacts } from '#rules/language/facts.ts';
import type { Frame } from '#rules/language/frame.ts';
import type { OthersNeed } from '#rules/language/needs.ts';

interface DeviceSurroundings extends HolderSurroundings {
  readonly configuration: Configuration;
  readonly neighbours: Neighbours;
}

const nothing: readonly string[] = [];

/** A device: who it is, what it said lately, and its rules. */
export class DeviceState extends Holder {
  device: Device;
  isLifeSafety = false;
  modes: ModeTimeline;
  /** Its readings told apart by the values of a property, by `PROPERTY=VALUE`; the one used last comes last. */
  readonly parts = new Map<string, PartState>();
  /** Of rules that tell values apart, for messages without one; by rule id. */
  readonly unparted = new Map<string, Trace>();
  readonly #configuration: Configuration;
  readonly #neighbours: Neighbours;
  readonly #wakes = new Wakes();
  #partedBy: readonly string[] | undefined;
  #identity = '';
  #facts = new DeviceFacts('', '', []);
  #place: PlaceFacts | undefined;
  #resident: ResidentFacts | undefined;

  constructor(device: Device, surroundings: DeviceSurroundings) {
    super(surroundings);
    this.device = device;
    this.#configuration = surroundings.configuration;
    this.#neighbours = surroundings.neighbours;
    this.modes = new ModeTimeline(surroundings.kept?.snapshot.modes);
    this.refresh(device);
  }

  get place(): Place | undefined {
    return this.#configuration.place(this.device.place);
  }
  get key(): string {
    return this.device.id;
  }
  get id(): string {
    return this.device.id;
  }

  /** Takes the configuration over; answers whether it says something else than before. */
  refresh(device: Device): boolean {
    const place = this.#configuration.place(device.place);
    const resident =
      device.resident === undefined ? undefined : this.#configuration.resident(device.resident);
    const path = this.#configuration.path(device.place);
    const identity = JSON.stringify([device, place, resident, path]);
    if (identity === this.#identity) return false;
    this.#identity = identity;
    this.device = device;
    this.isLifeSafety = deviceKindCatalogue.get(device.kind)?.lifeSafety ?? false;
    this.#facts = new DeviceFacts(device.id, device.kind, device.tags ?? []);
    this.#place = place && new PlaceFacts(place.id, place.kind, path);
    this.#resident = resident && new ResidentFacts(resident);
    return true;
  }

  setModes(modes: readonly Mode[], now: number): boolean {
    return this.modes.set(modes, now);
  }

  fill(frame: Frame): void {
    frame.device = this.#facts;
    frame.placeFacts = this.#place;
    frame.residentFacts = this.#resident;
    frame.past = this;
  }

  countOthers(need: OthersNeed, at: number): number | undefined {
    return this.#neighbours.count(need, this, at);
  }
  othersKnownSince(need: OthersNeed, asked: AskedAgain): number {
    return this.#neighbours.knownSince(need, this, asked);
  }

  /** Whether it said so in [at − length, at]. */
  said(need: OthersNeed, at: number): boolean {
    return (this.series.ask(need, at) ?? 0) > 0;
  }

  forgetWakes(): void {
    this.#wakes.forget();
    this.#partedBy = undefined;
    this.series.forgetNeeds();
    for (const part of this.parts.values()) part.forgetWakes();
  }

  wake(property: string, keeper: WatchKeeper): Wake {
    const known = this.#wakes.of(property);
    if (known) return known;
    const isMine = (loaded: LoadedRule): boolean => loaded.rule.key.kind !== 'and' && this.isSelected(loaded);
    const others = keeper.rules.askedOfOthers(property);
    return this.#wakes.keep(property, makeWake(this, property, { keeper, isMine, others }));
  }

  /** Properties by whose values rules for this device tell its readings apart. */
  partedBy(keeper: WatchKeeper): readonly string[] {
    if (this.#partedBy) return this.#partedBy;
    const parting = keeper.rules.partingProperties.filter((property) =>
      keeper.rules.partedBy(property).some((loaded) => this.isSelected(loaded)),
    );
    this.#partedBy = parting.length === 0 ? nothing : parting;
    return this.#partedBy;
  }

  isSelected({ rule }: LoadedRule): boolean {
    return whyNotSelected(rule, this.device, this.#configuration) === null;
  }

  /** It would be for this device if it were switched on. */
  isMeant({ rule }: LoadedRule): boolean {
    return whyNotMeant(rule, this.device, this.#configuration) === null;
  }

  /** The trace of a rule for messages that do not say to which part they belong. */
  unpartedTrace({ rule, tally }: LoadedRule): Trace {
    const known = this.unparted.get(rule.id);
    // Another tally: the rule was gone meanwhile.
    if (known?.tally === tally) return known;
    const trace = new Trace(tally);
    this.unparted.set(rule.id, trace);
    return trace;
  }
}
