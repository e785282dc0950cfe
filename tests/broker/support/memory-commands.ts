import type { CommandSource, OpenCommand } from '#broker/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import type { InboxRecord } from '#model/record.ts';

/** Stands in for the ops store and the engine: keeps commands, and what records say of them. */
export class MemoryCommands implements CommandSource {
  readonly #open = new Map<string, Map<string, OpenCommand>>();
  /** Called before each read; throw here. */
  before: () => void = () => {};

  open(device: DeviceId): readonly OpenCommand[] {
    this.before();
    const open = [...(this.#open.get(device)?.values() ?? [])];
    return open.filter(({ once, state }) => !once || state === 'waiting');
  }
  packet(device: DeviceId, id: string): ReturnType<CommandSource['packet']> {
    return this.#open.get(device)?.has(id) ? { topic: null, payload: id } : undefined;
  }

  /** A new one; its payload is its id. */
  add(device: string, id: string, once = false): void {
    const open = this.#open.get(device) ?? new Map<string, OpenCommand>();
    this.#open.set(device, open.set(id, { device: device as DeviceId, id, once, state: 'waiting' }));
  }
  /** It is over: expired, say. */
  end(device: string, id: string): void {
    this.#open.get(device)?.delete(id);
  }
  /** As the engine does; answers whose command it was. */
  take(record: InboxRecord): DeviceId | null {
    if (record.type !== 'delivery') return null;
    const { command, device, reached } = record;
    if (reached === 'delivered') this.end(device, command);
    else {
      const known = this.#open.get(device)?.get(command);
      if (known !== undefined) this.#open.get(device)?.set(command, { ...known, state: 'sent' });
    }
    return device;
  }
}
