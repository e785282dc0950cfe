import type { Inbox } from '#app/engine/inbox.ts';
import { type DeviceId, type EpochMs, position } from '#model/brand.ts';
import type { Command } from '#model/command.ts';
import type { Value } from '#model/reading.ts';
import type { Actor, InboxRecord } from '#model/record.ts';

/** What a device says, and when it comes in. */
export interface Saying {
  readonly device: string;
  readonly measuredAt: EpochMs;
  /** When it comes in; not before it was measured. */
  readonly at: EpochMs;
  readonly values: Readonly<Record<string, Value>>;
  /** As a gateway's retained state just after its CONNECT. */
  readonly retained: boolean;
}

/** An inbox that is a list: what stands in it is as durable as the test. */
export class RecordList implements Inbox {
  readonly #records: InboxRecord[] = [];

  read(after: number, maxRecords: number): ReturnType<Inbox['read']> {
    return this.#records
      .slice(after, after + maxRecords)
      .map((record, index) => ({ position: position(after + index + 1), record }));
  }

  /** On the data clock: readings say what time it is. */
  start(at: EpochMs): void {
    this.#records.push({ type: 'start', at, clock: 'data' });
  }

  message(community: string, { at, device, measuredAt, retained, values }: Saying): void {
    this.#records.push({
      type: 'message',
      at,
      sender: device as DeviceId,
      client: device,
      topic: `gridbell/${community}/${device}/telemetry`,
      payload: Buffer.from(JSON.stringify({ ts: measuredAt, values })),
      qos: 1,
      dup: false,
      retain: retained,
      messageId: (this.#records.length % 65_535) + 1,
      state: retained,
    });
  }

  command(at: EpochMs, command: Command, actor: Actor = { kind: 'system', id: 'system' }): void {
    this.#records.push({ type: 'command', at, id: `c${this.#records.length}`, actor, command });
  }
}
