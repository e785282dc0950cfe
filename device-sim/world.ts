import { modelOf } from '#device-sim/devices/models.ts';
import { Post } from '#device-sim/devices/post.ts';
import type { ExpectedAlarm, SimMessage, SimSecond, TimeRange, World } from '#device-sim/message.ts';
import { Cursor, type Station } from '#device-sim/playback/cursor.ts';
import { Scene } from '#device-sim/scene.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { CommunityFile, Device } from '#model/community.ts';

export interface WorldOptions {
  /** With camelCase keys, as `communityOf` reads it and `generatedCommunity` makes it. */
  readonly community: CommunityFile;
  readonly seed: number;
  /** Scenarios without a time of their own count from here. */
  readonly start: EpochMs;
}

/** Makes a community live. */
export function newWorld(options: WorldOptions): World {
  return new SeededWorld(options);
}

const secondMs = 1_000;

class SeededWorld implements World {
  readonly community: CommunityFile;
  readonly devices: readonly Device[];
  readonly expected: readonly ExpectedAlarm[] = [];
  readonly #scene: Scene;
  readonly #stations: readonly Station[];
  /** Where the last reader stopped, for the next that goes on from there. */
  #idle: Cursor | undefined;

  constructor({ community, seed }: WorldOptions) {
    this.community = community;
    this.#scene = new Scene(seed, community);
    this.devices = this.#scene.fleet.devices;
    this.#stations = this.devices.map((device) => {
      const post = new Post(device, this.#scene);
      return { device: device.id, model: modelOf(post), radio: post.radio };
    });
  }

  *seconds({ from, to }: TimeRange): Generator<SimSecond> {
    let cursor = this.#cursorAt(from);
    try {
      while (cursor.position < to) {
        const end = Math.min(to, cursor.day.to);
        const next = cursor.nextAt ?? end;
        if (next >= end) cursor.skip(end);
        else {
          const at = Math.floor(next / secondMs) * secondMs;
          const messages = [...readUntil(cursor, Math.min(at + secondMs, end))];
          // The radio may have lost all of it for now.
          if (messages.length > 0) yield { at: epochMs(at), messages };
        }
        if (cursor.position >= cursor.day.to)
          cursor = new Cursor(this.#stations, this.#scene.calendar.day(cursor.day.number + 1));
      }
    } finally {
      this.#idle = cursor;
    }
  }

  #cursorAt(from: EpochMs): Cursor {
    const idle = this.#idle;
    this.#idle = undefined;
    const day = this.#scene.calendar.dayAt(from);
    const cursor =
      idle !== undefined && idle.day.number === day.number && idle.position <= from
        ? idle
        : new Cursor(this.#stations, day);
    cursor.skip(from);
    return cursor;
  }
}

function* readUntil(cursor: Cursor, end: number): Generator<SimMessage> {
  for (;;) {
    const message = cursor.read(end);
    if (message === undefined) return;
    yield message;
  }
}
