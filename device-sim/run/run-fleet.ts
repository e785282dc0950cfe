import { type MqttAddress, mqttAddress } from '#device-sim/platform/mqtt-access.ts';
import type { Platform } from '#device-sim/platform/platform.ts';
import { fireLastTimers, setClock } from '#device-sim/platform/platform-clock.ts';
import { FleetConnections } from '#device-sim/run/fleet-connections.ts';
import { play } from '#device-sim/run/play.ts';
import type { RunOptions, RunSummary } from '#device-sim/run/run-options.ts';
import { takeIn } from '#device-sim/run/take-in.ts';
import type { EpochMs } from '#model/brand.ts';
import { iso, stopwatch } from '#model/clock.ts';
import { GridbellError } from '#model/errors.ts';

const patienceMs = 600_000;

/** The devices live on the platform; resolves when all they said is acknowledged and, on the data clock, the last timers fired. */
export async function runFleet(options: RunOptions): Promise<RunSummary> {
  const { clock, from, note, platform, world } = options;
  if (clock === 'data') await beginAt(platform, from);
  const tokens = await takeIn({ ...options, community: world.community, devices: world.devices });
  const connections = new FleetConnections({
    community: world.community.community.id,
    tokens,
    clock,
    patienceMs,
    note,
    address: addressOf(platform),
  });
  try {
    await connections.connect();
    const summary = await play(options, connections);
    if (clock === 'data') await fireLastTimers(platform, patienceMs);
    return summary;
  } finally {
    await connections.close();
  }
}

/** The devices connect and say who is there at the simulated time, not at that of the wall. */
async function beginAt(platform: Platform, from: EpochMs): Promise<void> {
  const now = await setClock(platform, from);
  if (now > from)
    throw new GridbellError(
      'wrong-state',
      `on the platform it is ${iso(now)} already, and time does not go back; begin later with --start ${iso(now)}, or use an empty data directory`,
    );
}

/** After a restart hundreds of devices want to know at once; one asks for all. */
function addressOf(platform: Platform): () => Promise<MqttAddress> {
  let asked: Promise<MqttAddress> | undefined;
  let askedMs = 0;
  return () => {
    if (asked === undefined || stopwatch() - askedMs > 1_000) {
      asked = mqttAddress(platform);
      askedMs = stopwatch();
    }
    return asked;
  };
}
