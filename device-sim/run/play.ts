import type { Outgoing } from '#device-sim/faults/outgoing.ts';
import { withFaults } from '#device-sim/faults/with-faults.ts';
import { newPace } from '#device-sim/pace.ts';
import type { FleetConnections } from '#device-sim/run/fleet-connections.ts';
import type { RunOptions, RunSummary } from '#device-sim/run/run-options.ts';
import { Waves } from '#device-sim/run/waves.ts';
import { day, type EpochMs, epochMs } from '#model/brand.ts';
import { stopwatch } from '#model/clock.ts';

/** As long as any run. */
const foreverMs = 36_500 * day;

/**
 * Says second by second what the devices say. On the data clock all of a second is acknowledged before the next: what
 * comes of it is then a function of the seed, however fast or slow the machine is.
 */
export async function play(options: RunOptions, connections: FleetConnections): Promise<RunSummary> {
  const { clock, faults, from, log, onProgress, seed, signal, world } = options;
  const to = epochMs(Math.min(options.to, from + foreverMs));
  const { seconds, tallies } = withFaults(world.seconds({ from, to }), faults, {
    seed,
    clock,
    devices: world.devices,
  });
  const isTime = timing(options);
  const waves = new Waves();
  const began = stopwatch();
  let messages = 0;
  let until = from;
  const say = async (wave: readonly Outgoing[]): Promise<void> => {
    await log.write(wave);
    for (const message of wave) connections.send(message);
    messages += wave.length;
    if (clock === 'data') await connections.drain();
  };
  await isTime(from);
  for (const second of seconds) {
    if (!(await isTime(second.at))) break;
    if (second.broken.length > 0) await connections.reconnect(second.broken);
    if (clock === 'data') for (const wave of waves.of(second.messages)) await say(wave);
    else for (const message of second.messages) if (await isTime(message.at)) await say([message]);
    until = second.at;
    connections.check();
    onProgress?.({ at: second.at, messages });
  }
  await connections.drain();
  return {
    messages,
    acknowledged: connections.acknowledged,
    reconnects: connections.reconnects,
    faults: tallies,
    until: signal.aborted ? until : to,
    seconds: (stopwatch() - began) / 1_000,
  };
}

/** Waits for a time; false when the run is to end. */
function timing({ signal, speed }: RunOptions): (at: EpochMs) => Promise<boolean> {
  const pace = newPace({
    signal,
    ...(speed === 'max' ? { speed } : { speed: 'recorded', faster: speed.faster }),
  });
  return async (at) => {
    try {
      if (!signal.aborted) await pace.next(at);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  };
}
