import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from '#cli/failure.ts';
import { messageOf } from '#model/errors.ts';

const ending = '.test.yaml';

/** The files that are named; of a folder, every `*.test.yaml` below it, in order. Throws when there is none. */
export function findTestFiles(named: readonly string[]): readonly string[] {
  const files = named.flatMap((path) => {
    if (!isFolder(path)) return [path];
    const below = globSync(`**/*${ending}`, { cwd: path, exclude: ['**/node_modules/**'] });
    if (below.length === 0)
      throw new CommandFailure(`${path} has no ${ending} files; name a rule test, or a folder with some`);
    return below.sort().map((name) => join(path, name));
  });
  return [...new Set(files)];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${messageOf(error)}; check the path`, { cause: error });
  }
}
