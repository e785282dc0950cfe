/**
 * Adds to package-lock.json the optional packages of other platforms that the registry at hand did not have. Without
 * them `npm ci` of npm 11 refuses the lock file. Run it after every change of dependencies; it changes nothing else.
 * Such an entry has no integrity, since nobody here has seen the package; on its platform npm fetches it by version.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Locked> };

/** Words in a platform package's name and what npm calls them. */
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'arm'];

function platformOf(name: string) {
  const words = name.split(/[/-]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : [];
  return { os, cpu, ...(libc.length > 0 ? { libc } : {}) };
}

for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] || lock.packages[`${path}/${key}`]) continue;
    const { cpu, os, ...libc } = platformOf(name);
    if (!/^\d/.test(version) || os.length === 0 || cpu.length === 0) {
      throw new Error(`${name}@${version} of ${path}: which platform it is for has to be entered by hand`);
    }
    lock.packages[key] = { version, cpu, ...(dev ? { dev } : {}), ...libc, optional: true, os };
  }
}
const [[root, own] = [], ...rest] = Object.entries(lock.packages);
if (root === undefined || own === undefined) throw new Error(`${file} is empty`);
rest.sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries([[root, own], ...rest]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
