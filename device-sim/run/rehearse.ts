import { setImmediate as turn } from 'node:timers/promises';
import type { FaultOrder } from '#device-sim/faults/fault-order.ts';
import { withFaults } from '#device-sim/faults/with-faults.ts';
import type { World } from '#device-sim/message.ts';
import type { MessageLog } from '#device-sim/run/message-log.ts';
import { type EpochMs, epochMs } from '#model/brand.ts';

/** Writes down what a run on the data clock would say, and says it to nobody; answers how many messages it is. */
export async function rehearse(options: {
  readonly world: Pick<World, 'devices' | 'seconds'>;
  readonly seed: number;
  readonly from: EpochMs;
  readonly to: number;
  readonly faults: readonly FaultOrder[];
  readonly log: MessageLog;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { from, log, signal, to, world } = options;
  const { seconds } = withFaults(world.seconds({ from, to: epochMs(to) }), options.faults, {
    seed: options.seed,
    clock: 'data',
    end: epochMs(to),
    devices: world.devices,
  });
  let messages = 0;
  for (const second of seconds) {
    await log.write(second.messages);
    messages += second.messages.length;
    // A signal is heard only between turns.
    if (messages % 64 === 0) await turn();
    if (signal.aborted) break;
  }
  return messages;
}
