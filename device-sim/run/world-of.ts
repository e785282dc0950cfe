import { communityOf } from '#device-sim/fleet/community-of.ts';
import { generatedCommunity } from '#device-sim/fleet/generated.ts';
import type { Staging, World } from '#device-sim/message.ts';
import { libraryScenario, scenarioNames } from '#device-sim/scenarios/library.ts';
import { loadScenario } from '#device-sim/scenarios/load.ts';
import type { Scenario } from '#device-sim/scenarios/scenario.ts';
import { newWorld } from '#device-sim/world.ts';
import { type EpochMs, plus } from '#model/brand.ts';
import type { CommunityFile } from '#model/community.ts';
import { parseDuration } from '#model/duration.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** Reads a file that the user named; rejects with one line that says what is wrong with it. */
export type ReadText = (file: string) => Promise<string>;

/** The community of a file, or an invented one with so many devices. Throws GridbellError `invalid-input`. */
export async function fleetOf(
  asked: { readonly community?: string; readonly devices: number; readonly seed: number },
  read: ReadText,
): Promise<CommunityFile> {
  const { community: file, devices, seed } = asked;
  if (file === undefined) return generatedCommunity({ devices, seed });
  const text = await read(file);
  return understood(file, () => communityOf(text));
}

export interface WorldOrder {
  readonly community: CommunityFile;
  readonly seed: number;
  readonly start: EpochMs;
  /** Each `NAME|FILE[@PLACE|@DEVICE][+DURATION]`. */
  readonly scenarios: readonly string[];
}

/**
 * The community with the scenarios that were asked for; their durations count from `start`, and without one the seed chooses
 * a time. Throws GridbellError `invalid-input`.
 */
export async function worldOf(
  { community, scenarios, seed, start }: WorldOrder,
  read: ReadText,
): Promise<World> {
  const world = understood('the community', () => newWorld({ community, seed, start }));
  for (const text of scenarios) {
    const staging = await stagingOf(text, { community, start }, read);
    understood(`--scenario ${text}`, () => world.play(staging));
  }
  return world;
}

async function stagingOf(
  text: string,
  { community, start }: Pick<WorldOrder, 'community' | 'start'>,
  read: ReadText,
): Promise<Staging> {
  const [, name = '', where, after] = /^(.+?)(?:@([A-Za-z0-9_-]+))?(?:\+(\d[\w.]*))?$/.exec(text) ?? [];
  const scenario = await scenarioOf(name, read);
  const afterMs = after === undefined ? undefined : parseDuration(after);
  if (after !== undefined && afterMs === undefined)
    throw new GridbellError('invalid-input', `--scenario ${text}: +${after} is no duration such as +90m`);
  const isDevice = (community.devices ?? []).some(({ id }) => id === where);
  return {
    scenario,
    ...(afterMs === undefined ? {} : { at: plus(start, afterMs) }),
    ...(where === undefined ? {} : isDevice ? { device: where } : { place: where }),
  };
}

async function scenarioOf(name: string, read: ReadText): Promise<Scenario> {
  if (scenarioNames().includes(name)) return libraryScenario(name);
  if (!/\.ya?ml$/.test(name))
    throw new GridbellError(
      'invalid-input',
      `there is no scenario ${name}; there are ${scenarioNames().join(', ')}, or name a .yaml file`,
    );
  const text = await read(name);
  return understood(name, () => loadScenario(text, name));
}

/** What the world says of something that a person wrote. */
function understood<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new GridbellError('invalid-input', `${what}: ${messageOf(error)}; correct it and run it again`, {
      cause: error,
    });
  }
}
