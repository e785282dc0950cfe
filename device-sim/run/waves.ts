import type { Outgoing } from '#device-sim/faults/outgoing.ts';

/**
 * Parts what is said in one second so that the outcome does not hang on which connection is read first: a message that
 * switches something on or off (smoke, a door, a fall) goes alone, when all before it is acknowledged. Which alarm opens a
 * task and which joins it is then a matter of the seed. Measurements go together.
 */
export class Waves {
  /** The last text, without its time, of each device. */
  readonly #switches = new Map<string, string>();

  of(messages: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
    if (messages.length < 2) {
      for (const message of messages) this.#isSwitch(message);
      return [messages];
    }
    const waves: Outgoing[][] = [];
    let together: Outgoing[] | null = null;
    for (const message of messages) {
      if (this.#isSwitch(message)) {
        waves.push([message]);
        together = null;
        continue;
      }
      if (together === null) {
        together = [];
        waves.push(together);
      }
      together.push(message);
    }
    return waves;
  }

  /** Whether something in it is on that was off, or off that was on. */
  #isSwitch({ device, payload, topic }: Outgoing): boolean {
    if (topic !== 'telemetry' || typeof payload !== 'string') return false;
    const said = [...payload.matchAll(/"([a-z-]+)":(true|false)/g)].map(([text]) => text).join();
    if (said === '' || this.#switches.get(device) === said) return false;
    this.#switches.set(device, said);
    return true;
  }
}
