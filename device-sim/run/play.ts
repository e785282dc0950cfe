import type { OutgoingSecond } from '#device-sim/faults/outgoing.ts';
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
  const { clock, faults, from, onProgress, seed, signal, world } = options;
  const to = epochMs(Math.min(options.to, from + foreverMs));
  const { seconds, tallies } = withFaults(world.seconds({ from, to }), faults, {
    seed,
    clock,
    end: to,
    devices: world.devices,
  });
  const isTime = timing(options);
  const say = clock === 'data' ? sayInWaves(options, connections) : sayInTime(options, connections, isTime);
  const began = stopwatch();
  let messages = 0;
  let until = from;
  await isTime(from);
  for (const second of seconds) {
    if (!(await isTime(second.at))) break;
    messages += await say(second);
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

/** Says a second; answers how many messages it was. */
type SaySecond = (second: OutgoingSecond) => Promise<number>;

function sayInWaves({ log }: RunOptions, connections: FleetConnections): SaySecond {
  const waves = new Waves();
  return async ({ broken, messages }) => {
    if (broken.length > 0) await connections.reconnect(broken);
    for (const wave of waves.of(messages)) {
      await log.write(wave);
      for (const message of wave) connections.send(message);
      await connections.drain();
    }
    return messages.length;
  };
}

function sayInTime(
  { log }: RunOptions,
  connections: FleetConnections,
  isTime: (at: EpochMs) => Promise<boolean>,
): SaySecond {
  return async ({ broken, messages }) => {
    // Nobody else waits for who comes back.
    if (broken.length > 0) connections.breakOff(broken);
    let said = 0;
    for (const message of messages) {
      if (!(await isTime(message.at))) break;
      await log.write([message]);
      connections.send(message);
      said += 1;
    }
    return said;
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
