import { epochMs } from '#model/brand.ts';
import type { Device, Mode } from '#model/community.ts';
import type { Configuration } from '#model/configuration.ts';
import type { Observation } from '#model/reading.ts';
import { Downtimes } from '#rules/engine/counted-time.ts';
import { DeviceState, leewayMs } from '#rules/engine/device-state.ts';
import { Judge } from '#rules/engine/judge.ts';
import type { Surroundings } from '#rules/engine/plan.ts';
import { RuleSet } from '#rules/engine/rule-set.ts';
import { whyNotSelected } from '#rules/engine/selection.ts';
import type { Sink } from '#rules/engine/sink.ts';
import {
  type DeviceSnapshot,
  ObservationTable,
  readObservations,
  sealed,
  snapshotOf,
  type WatchSnapshot,
} from '#rules/engine/snapshot.ts';
import type { LoadedRule } from '#rules/engine/subject.ts';
import { Watch } from '#rules/engine/watch.ts';
import { Zone } from '#rules/engine/zone.ts';
import { Frame } from '#rules/language/frame.ts';

/** Who has to know when the fleet changes. */
export interface FleetListener {
  /** Its state has to be written. */
  changed(device: DeviceState): void;
  /** Timers may run for it. */
  began(watch: Watch): void;
  ended(watch: Watch): void;
}

interface Occasion {
  readonly now: number;
  readonly sink: Sink;
}

/** All devices with their rules: kept in step with the configuration and the set of rules. */
export class Fleet {
  rules = new RuleSet([]);
  readonly devices = new Map<string, DeviceState>();
  readonly downtimes = new Downtimes();
  readonly #configuration: Configuration;
  readonly #listener: FleetListener;
  readonly #frame = new Frame();
  readonly #judge = new Judge(this.#frame);
  /** Devices that were restored and that the configuration has not named yet. */
  readonly #restored = new Map<string, DeviceSnapshot>();
  #zone = new Zone('UTC');

  constructor(configuration: Configuration, listener: FleetListener) {
    this.#configuration = configuration;
    this.#listener = listener;
  }

  restore(device: string, snapshot: DeviceSnapshot): void {
    this.#restored.set(device, snapshot);
  }

  /** Rules or configuration changed: every device gets the rules that are for it. */
  settle(occasion: Occasion): void {
    const isNewZone = this.#takeZone();
    const modes = this.#modesByTarget();
    for (const device of this.#configuration.devices()) {
      const state = this.devices.get(device.id);
      if (state) this.#update(state, device, isNewZone);
      else this.#add(device);
    }
    for (const state of this.devices.values()) {
      if (!this.#configuration.device(state.device.id)) this.#remove(state, occasion);
      else {
        if (state.setModes(this.#modesOf(state.device, modes), occasion.now)) this.#listener.changed(state);
        this.#adopt(state, occasion);
      }
    }
  }

  find(device: DeviceState, loaded: LoadedRule): Watch {
    const known = device.watches.get(loaded.rule.id);
    if (known) return known;
    const watch = new Watch(loaded, device, { judge: this.#judge, ...this.#surroundings });
    device.watches.set(loaded.rule.id, watch);
    this.#listener.began(watch);
    return watch;
  }

  snapshot(device: DeviceState): DeviceSnapshot {
    const table = new ObservationTable();
    const watches = new Map<string, WatchSnapshot>(device.dormant);
    for (const [rule, watch] of device.watches) watches.set(rule, snapshotOf(watch, table));
    return {
      tracks: Object.fromEntries([...device.tracks].map(([property, track]) => [property, track.toJson()])),
      modes: device.modes.toJson(),
      observations: table.rows,
      watches: Object.fromEntries(watches),
    };
  }

  get #surroundings(): Surroundings {
    return { zone: this.#zone, downtimes: this.downtimes };
  }

  #takeZone(): boolean {
    if (this.#configuration.timezone === this.#zone.name) return false;
    this.#zone = new Zone(this.#configuration.timezone);
    this.#frame.yearOf = (at) => this.#zone.yearOf(at);
    return true;
  }

  #add(device: Device): void {
    const snapshot = this.#restored.get(device.id);
    this.#restored.delete(device.id);
    const state = new DeviceState(device, this.#configuration, snapshot);
    this.devices.set(device.id, state);
    if (snapshot) this.#wakeUp(state, readObservations(device.id, snapshot.observations));
  }

  /** Rules that mean what they meant go on where they were; the others are seen to by `#adopt`. */
  #wakeUp(state: DeviceState, observations: readonly Observation[]): void {
    for (const [id, snapshot] of state.dormant) {
      const loaded = this.rules.get(id);
      if (loaded?.rule.meaning === snapshot.meaning && this.#isFor(loaded, state)) {
        const watch = this.find(state, loaded);
        watch.restore(snapshot, observations);
        state.dormant.delete(id);
        this.#listener.began(watch);
      } else state.dormant.set(id, sealed(snapshot));
    }
  }

  #update(state: DeviceState, device: Device, isNewZone: boolean): void {
    if (!state.refresh(device, this.#configuration) && !isNewZone) return;
    for (const watch of state.watches.values()) {
      watch.seal();
      watch.renew(this.rules.get(watch.rule.id) ?? watch, this.#surroundings);
    }
    this.#listener.changed(state);
  }

  #adopt(state: DeviceState, occasion: Occasion): void {
    state.forgetWakes();
    for (const [id, watch] of state.watches) this.#keepOrEnd(state, id, watch, occasion);
    for (const [id, snapshot] of state.dormant) this.#revive(state, id, snapshot, occasion);
    for (const loaded of this.rules.silences) if (this.#isFor(loaded, state)) this.find(state, loaded);
  }

  #keepOrEnd(state: DeviceState, id: string, watch: Watch, occasion: Occasion): void {
    const loaded = this.rules.get(id);
    if (loaded?.rule.meaning === watch.rule.meaning && this.#isFor(loaded, state)) {
      if (loaded.rule !== watch.rule) watch.renew(loaded, this.#surroundings);
      return;
    }
    state.watches.delete(id);
    this.#listener.ended(watch);
    this.#listener.changed(state);
    const snapshot = sealed(snapshotOf(watch, new ObservationTable()));
    if (this.rules.isBroken(id) || (loaded && this.#isFor(loaded, state))) state.dormant.set(id, snapshot);
    else {
      const { open } = watch.book;
      if (open) watch.book.clear(open, occasion.now, occasion.sink);
    }
  }

  /** A rule that was broken, or that means something else now. While it is broken its alarm stands as it did. */
  #revive(state: DeviceState, id: string, snapshot: WatchSnapshot, { now, sink }: Occasion): void {
    if (this.rules.isBroken(id)) return;
    state.dormant.delete(id);
    this.#listener.changed(state);
    const open = snapshot.told.find((entry) => entry.clearedAt === null);
    const loaded = this.rules.get(id);
    if (!loaded || !this.#isFor(loaded, state)) {
      if (open)
        sink.transitions.push({
          type: 'cleared',
          alarm: open.id,
          at: epochMs(Math.max(now, open.startedAt)),
        });
      return;
    }
    const watch = this.find(state, loaded);
    if (loaded.rule.meaning === snapshot.meaning) watch.restore(snapshot, []);
    else if (open && loaded.rule.trigger.kind !== 'event')
      watch.carry(open, snapshot.clock ?? Number.NEGATIVE_INFINITY);
    // The clock may have been set back meanwhile.
    if (snapshot.clock !== null && snapshot.clock > now + leewayMs) state.setBack(now);
    this.#listener.began(watch);
  }

  #remove(state: DeviceState, { now, sink }: Occasion): void {
    for (const watch of state.watches.values()) {
      const { open } = watch.book;
      if (open) watch.book.clear(open, now, sink);
      this.#listener.ended(watch);
    }
    this.devices.delete(state.device.id);
    this.#listener.changed(state);
  }

  #isFor({ rule }: LoadedRule, state: DeviceState): boolean {
    return whyNotSelected(rule, state.device, this.#configuration) === null;
  }

  #modesByTarget(): ReadonlyMap<string, readonly Mode[]> {
    return Map.groupBy(this.#configuration.modes(), ({ target }) => target);
  }

  #modesOf(device: Device, modes: ReadonlyMap<string, readonly Mode[]>): readonly Mode[] {
    if (modes.size === 0) return [];
    const targets = [...this.#configuration.path(device.place), device.resident ?? ''];
    return targets.flatMap((target) => modes.get(target) ?? []);
  }
}
