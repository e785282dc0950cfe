import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Platform } from '#device-sim/platform/platform.ts';
import { type Standing, standingOn } from '#device-sim/platform/standing.ts';
import type { RecordingMap } from '#device-sim/replay/map-schema.ts';
import { camelKeys } from '#model/casing.ts';
import { GridbellError, messageOf } from '#model/errors.ts';

/** Community and rules of the map go in first; `mapFile` is what their paths are relative to. */
export async function importBeside(platform: Platform, map: RecordingMap, mapFile: string): Promise<void> {
  const beside = (file: string): string => resolve(dirname(mapFile), file);
  if (map.community !== undefined) await importCommunity(platform, beside(map.community));
  for (const file of [map.rules ?? []].flat()) await putRules(platform, beside(file));
}

async function importCommunity(platform: Platform, file: string): Promise<void> {
  const text = await readText(file);
  const standing = (await standingOn(platform))?.community.id;
  const wanted = (parseYaml(text, file) as Partial<Standing> | null)?.community?.id;
  if (standing !== undefined && wanted !== undefined && standing !== wanted)
    throw new GridbellError(
      'invalid-input',
      `the platform holds the community ${standing}, the recording's is ${wanted}; replay into an empty data directory, or with --device into a device of ${standing}`,
    );
  await platform.call('POST', '/api/v1/import', { body: text, contentType: 'application/yaml' });
}

async function putRules(platform: Platform, file: string): Promise<void> {
  const parsed = parseYaml(await readText(file), file) as { rules?: unknown } | null;
  if (!Array.isArray(parsed?.rules))
    throw new GridbellError('invalid-input', `${file} has no list rules; see docs/contract.md`);
  for (const rule of parsed.rules as readonly { id?: unknown }[]) {
    if (typeof rule?.id !== 'string')
      throw new GridbellError('invalid-input', `${file} has a rule without id; give it one`);
    const path = `/api/v1/rules/${encodeURIComponent(rule.id)}`;
    const stored = (await platform.call('PUT', path, { body: camelKeys(rule) })) as {
      error?: string | null;
    };
    if (stored.error)
      throw new GridbellError(
        'invalid-input',
        `${file}: rule ${rule.id} is broken: ${stored.error}; gridbell rules check ${file} shows line and column`,
      );
  }
}

/**
 * The id of the community that the devices of the map stand in; the topics begin with it.
 * @throws GridbellError when a device is not there: the broker would only close the connection.
 */
export async function communityWithDevices(platform: Platform, map: RecordingMap): Promise<string> {
  const standing = await standingOn(platform);
  const known = new Set(standing?.devices?.map((device) => device.id));
  const unknown = [...new Set(map.devices.map((device) => device.id))].filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new GridbellError(
      'invalid-input',
      `the platform has no device ${unknown.join(', ')}; add it with gridbell device add`,
    );
  if (standing === null)
    throw new GridbellError('invalid-input', 'the platform has no community; import one first');
  return standing.community.id;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new GridbellError('invalid-input', `${file} cannot be read: ${messageOf(error)}; check the path`, {
      cause: error,
    });
  }
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new GridbellError(
      'invalid-input',
      `${file} is not YAML: ${messageOf(error)}; correct it and run it again`,
      {
        cause: error,
      },
    );
  }
}
