import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { type Check, fine, problem, type Said, warning } from '#app/doctor/finding.ts';

/** That it is there, ours, and nobody else's. */
export const dataDirectory: Check = {
  name: 'data-directory',
  examine: ({ dataDir, paths }) => {
    if (!existsSync(dataDir)) return [fine(`${dataDir} is not there yet: the first start makes it`)];
    const said: Said[] = [];
    try {
      accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch {
      said.push(
        problem(
          `${dataDir} may not be read and written by this user`,
          'run this as the user who starts Gridbell, or give it the directory (chown)',
        ),
      );
    }
    said.push(...openToOthers(dataDir, 0o700));
    for (const path of [paths.ops, paths.keys]) said.push(...openToOthers(path, 0o600));
    return said.length > 0 ? said : [fine(`${dataDir} is only its owner's`)];
  },
};

/** Password hashes and the keys lie in it. */
function openToOthers(path: string, wanted: number): readonly Said[] {
  if (process.platform === 'win32' || !existsSync(path)) return [];
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [warning(`${path} is open to others (${mode.toString(8)})`, `chmod ${wanted.toString(8)} ${path}`)];
}
