import { Compile } from 'typebox/compile';
import { type Issue, invalidInput, issuesOf } from '#api/validation.ts';
import { compileMapping } from '#ingest/mapping/compile.ts';
import { camelKeys } from '#model/casing.ts';
import { type Community, CommunityFile } from '#model/community.ts';
import { messageOf } from '#model/errors.ts';
import type { Mapping } from '#model/mapping.ts';
import { readYaml } from '#model/yaml.ts';

const check = Compile(CommunityFile);

/**
 * A community file as it came, YAML text or parsed JSON, with kebab-case or camelCase keys. Without `community` it is for
 * the one that stands. Throws `invalid-input` with everything that is wrong, each with its place in the file.
 */
export function parseCommunityFile(given: unknown, standing?: Community): CommunityFile {
  const written = camelKeys(typeof given === 'string' ? plainYaml(given) : given);
  const file = isWithoutCommunity(written) && standing ? { community: standing, ...written } : written;
  if (check.Check(file)) {
    const faults = (file.mappings ?? []).flatMap((mapping, index) => faultsOf(mapping, `mappings[${index}]`));
    if (faults.length > 0) throw invalidInput(faults);
    return file;
  }
  const issues = issuesOf(check.Errors(file)).map(({ path, message }) => ({
    path: kebabPath(path),
    message: path === 'community' && message === 'is missing' ? communityIsMissing : message,
  }));
  throw invalidInput(issues);
}

const faultsOf = (mapping: Mapping, where: string): readonly Issue[] =>
  compileMapping(mapping).faults.map(({ message, path }) => ({
    path: path === '' ? where : `${where}.${path}`,
    message,
  }));

const communityIsMissing =
  'is missing: nothing is known of a community yet, so the first file says which it is, as community: { id: … }';

const isWithoutCommunity = (file: unknown): file is object =>
  typeof file === 'object' && file !== null && !Array.isArray(file) && !('community' in file);

/** As the file writes its keys: `residents[0].lives-alone`. */
const kebabPath = (path: string): string => path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function plainYaml(text: string): unknown {
  const yaml = readYaml(text);
  if (yaml.faults.length > 0)
    throw invalidInput(
      yaml.faults.map(({ message, offset }) => {
        const { column, line } = yaml.spotOf(offset);
        return { path: `line ${line}, column ${column}`, message };
      }),
    );
  try {
    return yaml.plain();
  } catch (error) {
    // Aliases that lead nowhere, or unfold without end.
    throw invalidInput([{ path: '', message: messageOf(error) }]);
  }
}
