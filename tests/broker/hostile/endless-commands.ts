import type { CommandSource, OpenCommand } from '#broker/ports.ts';
import type { DeviceId } from '#model/brand.ts';
import type { DeliveryRecord } from '#model/record.ts';

const openAtOnce = 3;

/** Stands in for the ops store: each device always has three open commands, `DEVICE 1`, `DEVICE 2` and so on. */
export class EndlessCommands implements CommandSource {
  readonly #open = new Map<DeviceId, OpenCommand[]>();
  readonly #given = new Map<DeviceId, number>();

  open(device: DeviceId): readonly OpenCommand[] {
    const open = this.#open.get(device) ?? [];
    this.#open.set(device, open);
    while (open.length < openAtOnce) {
      const number = (this.#given.get(device) ?? 0) + 1;
      this.#given.set(device, number);
      open.push({ device, id: `${device} ${number}`, once: false, state: 'waiting' });
    }
    return open;
  }

  packet(_: DeviceId, id: string): { topic: null; payload: string } {
    return { topic: null, payload: JSON.stringify({ id, command: 'siren' }) };
  }

  /** What the inbox was told of one. */
  reached({ command, device, reached }: DeliveryRecord): void {
    const open = this.open(device).map((one) =>
      one.id === command ? { ...one, state: 'sent' as const } : one,
    );
    this.#open.set(device, reached === 'sent' ? open : open.filter(({ id }) => id !== command));
  }
}
