import type { Carried } from '#ingest/carried.ts';
import { isOfDanger } from '#ingest/kind-guess.ts';
import type { Stage, Surroundings, Told } from '#ingest/stage.ts';
import { Work } from '#ingest/work.ts';
import { type Device, isAddress, longestAddress } from '#model/community.ts';
import { isUnclaimed } from '#model/probation.ts';

const longestShown = 64;

/** One that becomes no device, and why; null: nobody may make devices of what gateways tell. */
interface Stranger {
  readonly carried: Carried;
  readonly why: string | null;
}

/**
 * What a gateway's message says of devices that it carries goes on for each of them by itself; what it comes to is gathered
 * in the gateway's. One that nobody knows becomes a device where that may be. A message that says something of one that does
 * not is kept, once, as a whole: with the device added it can be replayed, and what was read of others is then known already.
 */
export function spread(work: Work, around: Surroundings, stages: readonly Stage[]): void {
  const strangers: Stranger[] = [];
  for (const carried of work.carried.values()) {
    if (isLeftOut(carried, work, around)) continue;
    const device = known(carried, work, around);
    if (typeof device === 'object' && device !== null) readFor(device, carried, work, { around, stages });
    else {
      if (work.dialect?.keepsWhole === true) refuseFor(carried, work);
      if (carried.hasSaid) strangers.push({ carried, why: device });
      // That somebody nobody knows is there is no news yet.
      else if (carried.isOnline !== undefined) work.isPassed = true;
    }
  }
  work.observations.sort((a, b) => a.at - b.at);
  const [stranger] = strangers;
  if (stranger !== undefined) work.refuse('unknown-device', strangerDetail(stranger, strangers.length, work));
}

/** Of a message that is read again for one of them, the others said what they said. */
const isLeftOut = ({ address }: Carried, { device, only }: Work, { configuration }: Surroundings): boolean =>
  only !== undefined && configuration.carried(device, address)?.id !== only;

/** What could not be read of somebody nobody knows is the gateway's. */
function refuseFor({ refused }: Carried, work: Work): void {
  for (const { detail, property, reason } of refused)
    work.quarantine({ reason, property, detail }, work.record.payload);
}

function known(carried: Carried, work: Work, around: Surroundings): Device | string | null {
  const { address } = carried;
  const { configuration, newcomers } = around;
  const bad = whyNoAddress(address);
  if (bad !== null) return bad;
  const device = configuration.carried(work.device, address);
  if (device === undefined) {
    if (!carried.hasSaid || newcomers === undefined || work.configured === undefined) return null;
    return newcomers.welcome(work.configured, toldOf(carried, around));
  }
  if (newcomers === undefined || !isUnclaimed(device) || !carried.hasSaid) return device;
  const told = toldOf(carried, around, device);
  return isNews(device, told, around) ? newcomers.regard(device, told) : device;
}

function whyNoAddress(address: string): string | null {
  if (address.length === 0) return 'it has no name there';
  if (address.length > longestAddress) return `its name is longer than ${longestAddress} characters`;
  return isAddress(address) ? null : 'its name is no text';
}

function toldOf(carried: Carried, { memories, names }: Surroundings, device?: Device): Told {
  const properties = new Set(carried.keys.map((key) => names.find(key).name));
  if (device) for (const property of memories.change(device.id).newest.keys()) properties.add(property);
  // What it was guessed by counts on, also where its value was none: a guess goes one way and not to and fro.
  for (const property of device?.guess?.because ?? []) properties.add(property);
  const isDanger = device === undefined && carried.saysYes((key) => isOfDanger(names.find(key).name));
  return { address: carried.address, ...carried.told, properties, isDanger };
}

/** What nobody has taken a guess by. */
function isNews({ guess, id, model }: Device, told: Told, { memories }: Surroundings): boolean {
  if (told.kind !== undefined && guess?.from !== 'gateway') return true;
  if (told.model !== undefined && model === undefined) return true;
  return told.properties.size > memories.change(id).newest.size;
}

function readFor(
  device: Device,
  carried: Carried,
  work: Work,
  { around, stages }: { readonly around: Surroundings; readonly stages: readonly Stage[] },
): void {
  if (device.retired !== undefined) {
    work.isPassed = true;
    return;
  }
  // What is told of before the command is no answer to it.
  if (!work.isReplay && !work.record.state)
    for (const said of carried.replies) work.replies.push({ device: device.id, said });
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
  if (device.unclaimed) own.memory.unclaimedMessages += 1;
  carried.tell(own);
  if (own.dialect?.keepsWhole === true) own.refused.push(...carried.refused);
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

function strangerDetail({ carried: { address }, why }: Stranger, count: number, work: Work): string {
  const name = address === '' ? 'a device without a name' : `"${address.slice(0, longestShown)}"`;
  const others = count === 1 ? '' : ` and ${count - 1} more`;
  const because = why === null ? '' : `: ${why}`;
  return `${work.device} carries ${name}${others}, which is no device here${because}: add it with "gateway" and "address", then replay`;
}
