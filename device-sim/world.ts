import { modelOf } from '#device-sim/devices/models.ts';
import { Post } from '#device-sim/devices/post.ts';
import type {
  ExpectedAlarm,
  SimMessage,
  SimSecond,
  Staged,
  Staging,
  TimeRange,
  World,
} from '#device-sim/message.ts';
import { Cursor, type Station } from '#device-sim/playback/cursor.ts';
import { Stage } from '#device-sim/scenarios/stage.ts';
import { Scene } from '#device-sim/scene.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';
import type { CommunityFile, Device } from '#model/community.ts';

export interface WorldOptions {
  /** With camelCase keys, as `communityOf` reads it and `generatedCommunity` makes it. */
  readonly community: CommunityFile;
  readonly seed: number;
  /** Scenarios without a time of their own begin within 24 hours from here. */
  readonly start: EpochMs;
  /** Put on before the first second is asked for. */
  readonly scenarios?: readonly Staging[];
}

/** Makes a community live. */
export function newWorld(options: WorldOptions): World {
  return new SeededWorld(options);
}

const secondMs = 1_000;

class SeededWorld implements World {
  readonly community: CommunityFile;
  readonly devices: readonly Device[];
  readonly #scene: Scene;
  readonly #stage: Stage;
  readonly #stations: readonly Station[];
  /** Where the last reader stopped, for the next that goes on from there. */
  #idle: Cursor | undefined;

  constructor({ community, seed, start, scenarios = [] }: WorldOptions) {
    this.community = community;
    const scene = new Scene({ seed, community, start });
    this.#scene = scene;
    this.devices = scene.fleet.devices;
    const posts = new Map(this.devices.map((device) => [device.id as string, new Post(device, scene)]));
    const models = new Map([...posts].map(([id, post]) => [id, modelOf(post)]));
    this.#stage = new Stage({ scene, start, modelOf: (device) => models.get(device) });
    this.#stations = [...posts].map(([device, { radio }]) => ({
      device,
      radio,
      model: this.#stage.modelOf(device) ?? (() => []),
    }));
    for (const staging of scenarios) this.play(staging);
  }

  get expected(): readonly ExpectedAlarm[] {
    return this.#stage.expected;
  }

  play(staging: Staging): Staged {
    // Days that are open were opened without it.
    this.#idle = undefined;
    return this.#stage.play(staging);
  }

  *seconds({ from, to }: TimeRange): Generator<SimSecond> {
    let cursor = this.#cursorAt(from);
    let { edition } = this.#stage;
    try {
      while (cursor.position < to) {
        if (edition !== this.#stage.edition) cursor = this.#cursorAt(epochMs(cursor.position));
        ({ edition } = this.#stage);
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
      if (edition === this.#stage.edition) this.#idle = cursor;
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
