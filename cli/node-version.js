import { dirname, join } from 'node:path';

const oldest = [24, 12];

/** True for a version of Node that runs TypeScript and has the SQLite that Gridbell uses. */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/**
 * The Node that npm installed as an optional dependency, looked for in every node_modules from `from` upwards (it is
 * hoisted when Gridbell itself is a dependency); undefined when there is none for this machine.
 */
export function bundledNode({ from, platform, arch, exists }) {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const file = platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name, 'bin', file);
    if (exists(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
