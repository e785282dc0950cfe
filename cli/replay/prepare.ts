import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { readText } from '#cli/commands/import.ts';
import { CommandFailure, lineOf } from '#cli/failure.ts';
import { call, type OperatorClient } from '#cli/operator.ts';
import type { RecordingMap } from '#cli/replay/map-schema.ts';
import { camelKeys } from '#model/casing.ts';

interface ExportedIds {
  readonly community?: { readonly id?: string };
  readonly devices?: readonly { readonly id: string }[];
}

/** Community and rules of the map go in first; `mapFile` is what their paths are relative to. */
export async function importBeside(
  operator: OperatorClient,
  map: RecordingMap,
  mapFile: string,
): Promise<void> {
  const beside = (file: string): string => resolve(dirname(mapFile), file);
  if (map.community !== undefined) await importCommunity(operator, beside(map.community));
  for (const file of [map.rules ?? []].flat()) await putRules(operator, beside(file));
}

async function importCommunity(operator: OperatorClient, file: string): Promise<void> {
  const text = await readText(file);
  const standing = (await exported(operator)).community?.id;
  const wanted = (parseYaml(text, file) as ExportedIds | null)?.community?.id;
  if (standing !== undefined && wanted !== undefined && standing !== wanted)
    throw new CommandFailure(
      `the platform holds the community ${standing}, the recording's is ${wanted}; replay into an empty data directory, or with --device into a device of ${standing}`,
    );
  await call(operator, 'POST', '/api/v1/import', { body: text, contentType: 'application/yaml' });
}

async function putRules(operator: OperatorClient, file: string): Promise<void> {
  const parsed = parseYaml(await readText(file), file) as { rules?: unknown } | null;
  if (!Array.isArray(parsed?.rules))
    throw new CommandFailure(`${file} has no list rules; see docs/contract.md`);
  for (const rule of parsed.rules as readonly { id?: unknown }[]) {
    if (typeof rule?.id !== 'string') throw new CommandFailure(`${file} has a rule without id; give it one`);
    const path = `/api/v1/rules/${encodeURIComponent(rule.id)}`;
    const stored = (await call(operator, 'PUT', path, { body: camelKeys(rule) })) as {
      error?: string | null;
    };
    if (stored.error)
      throw new CommandFailure(
        `${file}: rule ${rule.id} is broken: ${stored.error}; gridbell rules check ${file} shows line and column`,
      );
  }
}

/**
 * The id of the community that the devices of the map stand in; the topics begin with it.
 * @throws CommandFailure when a device is not there: the broker would only close the connection.
 */
export async function communityOf(operator: OperatorClient, map: RecordingMap): Promise<string> {
  const { community, devices = [] } = await exported(operator);
  const known = new Set(devices.map((device) => device.id));
  const unknown = [...new Set(map.devices.map((device) => device.id))].filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new CommandFailure(
      `the platform has no device ${unknown.join(', ')}; add it with gridbell device add`,
    );
  if (community?.id === undefined)
    throw new CommandFailure('the platform has no community; import one first');
  return community.id;
}

/** What stands; an empty object on a platform without a community. */
async function exported(operator: OperatorClient): Promise<ExportedIds> {
  const { status, body } = await operator.request('GET', '/api/v1/export');
  if (status < 200 || status >= 300) return {};
  return ((typeof body === 'string' ? parse(body) : body) ?? {}) as ExportedIds;
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new CommandFailure(`${file} is not YAML: ${lineOf(error)}; correct it and run it again`, {
      cause: error,
    });
  }
}
