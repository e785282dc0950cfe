import { inboxIn, key, opsIn, quiet } from '#bench/choices/premises.ts';
import { startBroker } from '#broker/broker.ts';
import { InboxWriter } from '#broker/inbox/inbox-writer.ts';
import type { Position } from '#model/brand.ts';
import { wallClock } from '#model/clock.ts';
import { DoorReader } from '#store/ops/door-reader.ts';

export interface IntakeSide {
  readonly mqtt: number;
  engineReached(position: Position): void;
  trim(position: Position): void;
}

/** Broker and inbox, as the broker's thread has them; `committed`: a record is on disk. */
export async function startIntake(
  directory: string,
  committed: (position: Position) => void,
): Promise<IntakeSide> {
  const writer = InboxWriter.open({ directory: inboxIn(directory), key });
  const ops = DoorReader.open(opsIn(directory));
  const broker = await startBroker({
    listen: { host: '127.0.0.1', mqttPort: 0, wsPort: 0 },
    inbox: {
      append: async (record, urgency) => {
        const position = await writer.append(record, urgency);
        committed(position);
        return position;
      },
    },
    devices: ops,
    commands: { open: () => [], packet: () => undefined },
    deviceTokenKey: key,
    clock: wallClock,
    log: quiet,
  });
  return {
    mqtt: broker.mqttPort,
    engineReached: (position) => broker.engineReached(position),
    trim: (position) => writer.trim(position),
  };
}
