import type { Readdressed, Surroundings } from '#ingest/stage.ts';
import { Things } from '#ingest/things.ts';
import type { Work } from '#ingest/work.ts';
import type { DeviceId } from '#model/brand.ts';
import { type Device, isAddress } from '#model/community.ts';

/** Of one gateway within an hour: each is a change of configuration, with a snapshot. */
export const mostRenamings = 120;

type Named = readonly [number: string, name: string];

/**
 * What a gateway carries under another name than before is the same device. It says so itself (`renames`), or lists who bears which
 * name (`bearers`), by the number that a thing has from its maker: then it does not matter what of it was heard. A name that is
 * somebody's stays with that device, and nobody gets it.
 */
export function followRenames(work: Work, { configuration, newcomers }: Surroundings): void {
  const { bearers, memory, renames } = work;
  // What rests in quarantine is of another day.
  if (bearers.size + renames.length === 0 || memory === undefined || work.isReplay) return;
  const things = new Things(memory.describing());
  const carried = (address: string): Device | undefined => configuration.carried(work.device, address);
  const moves = new Moves(things, carried);
  const named = withoutNamesakes(bearers);
  const moved = new Map(named.map(([number, name]) => [number, moves.follow(number, name)]));
  for (const { from, to } of renames) {
    // The list, which comes first, has told it.
    if (!isAddress(to) || things.bearerOf(to) !== undefined) continue;
    const number = things.bearerOf(from);
    const device = moves.put(from, to);
    if (device === undefined || number === undefined) continue;
    named.push([number, to]);
    moved.set(number, device);
  }
  moves.dropTaken();
  if (moves.all.size > 0 && !memory.mayRename(work.now, mostRenamings)) {
    work.refuse('unknown-device', tooManyText(moves.all.size, work));
    return;
  }
  // One whose new name is somebody's is tried again with the next list.
  things.put(named.filter(([number]) => moves.isSettled(moved.get(number))));
  newcomers?.readdress([...moves.all.values()]);
}

/** Names that may be names, each once. */
function withoutNamesakes(bearers: ReadonlyMap<string, string>): Named[] {
  const names = new Set<string>();
  return [...bearers].filter(([, name]) => isAddress(name) && !names.has(name) && names.add(name));
}

class Moves {
  readonly all = new Map<DeviceId, Readdressed>();
  readonly #byName = new Map<string, Readdressed>();
  readonly #things: Things;
  readonly #carried: (address: string) => Device | undefined;

  constructor(things: Things, carried: (address: string) => Device | undefined) {
    this.#things = things;
    this.#carried = carried;
  }

  /**
   * The device that the thing has been under its name of before; or under its number, which is its name until it gets one, and what stands on
   * its label.
   */
  follow(number: string, name: string): DeviceId | undefined {
    const before = this.#things.nameOf(number);
    const device = before === undefined ? undefined : this.put(before, name);
    const bearer = this.#things.bearerOf(number) ?? number;
    return device ?? (bearer === number ? this.put(number, name) : undefined);
  }

  put(from: string, to: string): DeviceId | undefined {
    const device = from === to ? undefined : this.#carried(from);
    if (device === undefined || this.all.has(device.id) || this.#byName.has(to)) return undefined;
    // Under a name that another thing had until now that one was heard.
    const move = { device, to, isHeard: this.#things.bearerOf(to) === undefined };
    this.all.set(device.id, move);
    this.#byName.set(to, move);
    return device.id;
  }

  isSettled(device: DeviceId | undefined): boolean {
    return device === undefined || this.all.has(device);
  }

  /** Nobody moves to a name that is somebody's who stays; so who would have come after them stays, too. */
  dropTaken(): void {
    for (const move of this.all.values()) {
      const standing = this.#carried(move.to);
      const isTaken =
        standing !== undefined && !this.all.has(standing.id) && !makesWay(standing, move.device);
      for (
        let taken = isTaken ? move : undefined;
        taken;
        taken = this.#byName.get(taken.device.address ?? '')
      )
        if (!this.all.delete(taken.device.id)) break;
    }
  }
}

/** Who waits for somebody to claim it; or who is out of use, for one that is in use: whom nobody hears must not keep it from being heard. */
const makesWay = (standing: Device, device: Device): boolean =>
  standing.unclaimed === true || (standing.retired !== undefined && device.retired === undefined);

const tooManyText = (count: number, { device }: Work): string =>
  `${device} has renamed what it carries ${mostRenamings} times within an hour: ${count} more are not followed; its list, said again an hour later, is`;
