import { heartbeats, intervalMs } from '#device-sim/devices/heartbeat.ts';
import type { Change, DeviceModel, Report, Values } from '#device-sim/devices/report.ts';
import type { Scene } from '#device-sim/scene.ts';
import { batteryOf } from '#device-sim/signals/battery.ts';
import { Radio } from '#device-sim/signals/radio.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import type { Device } from '#model/community.ts';

/** They hang on a cable, which loses nothing. */
const wired: ReadonlySet<string> = new Set([
  'access-reader',
  'camera',
  'fire-lane-camera',
  'gateway',
  'lift',
  'siren',
]);

/** A device at its post: what every kind of model needs. */
export class Post {
  readonly device: Device;
  readonly scene: Scene;
  /** Names its streams of chance. */
  readonly name: string;
  readonly everyMs: number;
  readonly radio: Radio;
  readonly battery: (at: number) => number;

  constructor(device: Device, scene: Scene) {
    this.device = device;
    this.scene = scene;
    this.name = `${scene.seed} ${device.id}`;
    this.everyMs = intervalMs(device);
    this.radio = new Radio(this.name, this.everyMs, wired.has(device.kind));
    this.battery = batteryOf(this.name);
  }

  /** What a battery device says of itself with every report. */
  health(at: number): Values {
    return { battery: this.battery(at), rssi: this.radio.rssi(at) };
  }

  heartbeats(day: SimDay): Generator<number> {
    return heartbeats(this.name, this.everyMs, day);
  }

  /** A device that only ever reports by the clock. */
  regular(valuesAt: (at: number) => Values): DeviceModel {
    return (day) => this.reports(day, valuesAt);
  }

  /**
   * A device that tells what changes when it changes, and by the clock everything: its state, and what `also` says. A
   * change holds until the next one of the same property.
   */
  *stateful(
    day: SimDay,
    begins: Values,
    { changes, also }: { readonly changes: Iterable<Change>; readonly also: (at: number) => Values },
  ): Generator<Report> {
    const state = { ...begins };
    const beats = this.heartbeats(day)[Symbol.iterator]();
    let beat = beats.next();
    const full = function* (before: number): Generator<Report> {
      for (; beat.done !== true && beat.value < before; beat = beats.next())
        yield { at: beat.value, values: { ...state, ...also(beat.value) }, isEdge: false };
    };
    for (const { at, values } of changes) {
      if (at < day.from || at >= day.to) continue;
      yield* full(at);
      Object.assign(state, values);
      yield { at, values, isEdge: true };
    }
    yield* full(day.to);
  }

  *reports(day: SimDay, valuesAt: (at: number) => Values): Generator<Report> {
    for (const at of this.heartbeats(day)) yield { at, values: valuesAt(at), isEdge: false };
  }
}
