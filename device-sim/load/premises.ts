import type { LoadOptions } from '#device-sim/load/load-run.ts';
import { type LoadedPlatform, metricsOf } from '#device-sim/load/platform.ts';
import { PlatformFigures } from '#device-sim/load/platform-figures.ts';
import { clockOf } from '#device-sim/platform/platform-clock.ts';
import { type StandingCommunity, standingOn } from '#device-sim/platform/standing.ts';
import { GridbellError } from '#model/errors.ts';

/** Files that a generator needs beside its connections. */
const ownFiles = 64;
/** … and the platform, as it keeps them free itself. */
const platformFiles = 512;

type Wanted = Pick<LoadOptions, 'connections' | 'alarmsPerSecond' | 'seconds' | 'community' | 'openFiles'>;

/** The community that the platform serves (null: none yet); throws GridbellError when it is not to be loaded like this. */
export async function requireLoadable(
  platform: LoadedPlatform,
  wanted: Wanted,
): Promise<StandingCommunity | null> {
  const { kind } = await clockOf(platform);
  if (kind === 'data')
    throw new GridbellError(
      'wrong-clock',
      'this platform runs on the data clock, on which nothing lasts any time; start one with gridbell start --clock system',
    );
  requireFiles(wanted, new PlatformFigures(await metricsOf(platform)));
  const standing = (await standingOn(platform))?.community ?? null;
  if (standing !== null && standing.id !== wanted.community)
    throw new GridbellError(
      'already-exists',
      `this platform serves the community ${standing.id}: load one of its own (gridbell start --data-dir DIR), or, to load it beside what lives there, say --community ${standing.id}`,
    );
  return standing;
}

function requireFiles(
  { alarmsPerSecond, connections, openFiles, seconds }: Wanted,
  figures: PlatformFigures,
): void {
  const detectors = Math.ceil(alarmsPerSecond * seconds);
  const here = Math.max(connections, detectors) + ownFiles;
  if (openFiles !== null && openFiles < here)
    throw new GridbellError(
      'not-ready',
      tooFew({ where: 'here', limit: openFiles, needed: here, remedy: 'run this again' }),
    );
  const there = connections + detectors + platformFiles;
  const limit = figures.get('process_max_fds');
  if (limit > 0 && limit < there)
    throw new GridbellError(
      'not-ready',
      tooFew({ where: 'on the platform', limit, needed: there, remedy: 'start it again' }),
    );
}

interface TooFew {
  readonly where: string;
  readonly limit: number;
  readonly needed: number;
  readonly remedy: string;
}

const tooFew = ({ limit, needed, remedy, where }: TooFew): string =>
  `a process may open ${limit} files ${where} and this load needs ${needed}: raise it with ulimit -n ${needed} (above ulimit -Hn: LimitNOFILE= of the service, or /etc/security/limits.conf) and ${remedy}, or take fewer --connections`;
