import { heartbeats, intervalMs } from '#device-sim/devices/heartbeat.ts';
import type { DeviceModel, Report, Values } from '#device-sim/devices/report.ts';
import type { Scene } from '#device-sim/scene.ts';
import { batteryOf } from '#device-sim/signals/battery.ts';
import { Radio } from '#device-sim/signals/radio.ts';
import type { SimDay } from '#device-sim/time/calendar.ts';
import type { Device } from '#model/community.ts';

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
    this.radio = new Radio(this.name, this.everyMs);
    this.battery = batteryOf(this.name);
  }

  /** What a battery device says of itself with every report. */
  health(at: number): Values {
    return { battery: this.battery(at), rssi: this.radio.rssi(at) };
  }

  heartbeats(day: SimDay): Iterable<number> {
    return heartbeats(this.name, this.everyMs, day);
  }

  /** A device that only ever reports by the clock. */
  regular(valuesAt: (at: number) => Values): DeviceModel {
    return (day) => this.reports(day, valuesAt);
  }

  *reports(day: SimDay, valuesAt: (at: number) => Values): Generator<Report> {
    for (const at of this.heartbeats(day)) yield { at, values: valuesAt(at), isEdge: false };
  }
}
