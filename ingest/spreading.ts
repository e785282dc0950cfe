import type { Carried } from '#ingest/carried.ts';
import type { Stage, Surroundings } from '#ingest/stage.ts';
import { Work } from '#ingest/work.ts';
import type { Device } from '#model/community.ts';

const longestAddress = 128;
const longestShown = 64;

/**
 * What a gateway's message says of devices that it carries goes on for each of them by itself; what it comes to is gathered
 * in the gateway's. A message that says something of a device that nobody knows is kept, once, as a whole: with the device
 * added it can be replayed, and what was read of others is then known already.
 */
export function spread(work: Work, around: Surroundings, stages: readonly Stage[]): void {
  const strangers: Carried[] = [];
  for (const carried of work.carried.values()) {
    const device = known(carried, work, around);
    if (device === undefined) {
      if (carried.hasSaid) strangers.push(carried);
      // That somebody nobody knows is there is no news yet.
      else if (carried.isOnline !== undefined) work.isPassed = true;
    } else readFor(device, carried, work, { around, stages });
  }
  work.observations.sort((a, b) => a.at - b.at);
  const [stranger] = strangers;
  if (stranger !== undefined) work.refuse('unknown-device', strangerDetail(stranger, strangers.length, work));
}

function known(carried: Carried, work: Work, around: Surroundings): Device | undefined {
  const { address } = carried;
  if (address.length === 0 || address.length > longestAddress) return undefined;
  const device = around.configuration.carried(work.device, address);
  if (device !== undefined || !carried.hasSaid || work.configured === undefined) return device;
  return around.newcomers?.(work.configured, carried);
}

function readFor(
  device: Device,
  carried: Carried,
  work: Work,
  { around, stages }: { readonly around: Surroundings; readonly stages: readonly Stage[] },
): void {
  const own = new Work({
    record: work.record,
    position: work.position,
    receivedAt: work.receivedAt,
    now: work.now,
    route: work.route,
    device: device.id,
    isReplay: work.isReplay,
  });
  own.configured = device;
  own.dialect = work.dialect;
  own.memory = around.memories.change(device.id);
  carried.tell(own);
  // A replay from quarantine was numbered when it came first.
  if (own.number !== undefined && !own.memory.isNewNumber(own.number) && !own.isReplay) {
    work.repeats += 1;
    return;
  }
  for (const stage of stages) if (!stage(own, around)) break;
  work.observations.push(...own.observations);
  work.quarantined.push(...own.quarantined);
  work.presence.push(...own.presence);
  work.clocks.push(...own.clocks);
  work.repeats += own.repeats;
}

function strangerDetail({ address }: Carried, count: number, work: Work): string {
  const name = address === '' ? 'a device without a name' : `"${address.slice(0, longestShown)}"`;
  const others = count === 1 ? '' : ` and ${count - 1} more`;
  return `${work.device} carries ${name}${others}, which is no device here: add it with "gateway" and "address", then replay`;
}
