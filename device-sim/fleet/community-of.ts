import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { camelKeys } from '#model/casing.ts';
import { CommunityFile } from '#model/community.ts';

const check = Compile(CommunityFile);

/**
 * A community file from its YAML or JSON text. Throws with the first mistake; `gridbell import` and the API name all of
 * them, and what refers to what is not there.
 */
export function communityOf(text: string): CommunityFile {
  const file: unknown = camelKeys(parse(text));
  if (check.Check(file)) return file;
  const [problem] = check.Errors(file);
  throw new Error(`no community file: ${problem?.instancePath ?? ''} ${problem?.message ?? ''}`);
}
