import { oneOf, type Setting, size, text } from '#app/config/setting.ts';
import type { SettingValues } from '#app/config/values.ts';
import { type Role, roles } from '#model/role.ts';

/** Flows that integrators draw: Node-RED, in a process of its own (docs/flows.md). */
export interface FlowsConfig {
  readonly isEnabled: boolean;
  /** More resident memory than this, and the process is killed. */
  readonly memoryBytes: number;
  /** What flows may do at Gridbell's API. */
  readonly role: Role;
  /** Where they may; empty: everywhere. */
  readonly places: readonly string[];
  /** `confined`: own files only, no programs, no native add-ons, no packages installed by the editor. */
  readonly access: 'confined' | 'full';
  /** Absolute; directories that confined flows may read and write beside their own. */
  readonly directories: readonly string[];
}

export const flowsSettings = {
  'flows-enabled': oneOf('false', 'false', 'true'),
  'flows-memory': size('512MB'),
  'flows-role': oneOf('property-manager', ...roles),
  'flows-places': text(null),
  'flows-access': oneOf('confined', 'confined', 'full'),
  'flows-directories': text(null),
} as const satisfies Record<string, Setting>;

/** Node-RED alone takes 150 MB. */
const leastMemoryBytes = 256 * 2 ** 20;

export function flowsConfig(
  values: SettingValues<keyof typeof flowsSettings>,
  problems: string[],
): FlowsConfig {
  const memoryBytes = values.bytes('flows-memory');
  if (memoryBytes < leastMemoryBytes)
    problems.push('flows-memory wants 256MB or more: Node-RED alone takes 150MB');
  const directories = values.list('flows-directories');
  if (directories.some((directory) => !directory.startsWith('/')))
    problems.push('flows-directories wants absolute paths, such as /srv/spreadsheets');
  return Object.freeze({
    isEnabled: values.text('flows-enabled') === 'true',
    memoryBytes,
    role: roles.find((role) => role === values.text('flows-role')) ?? 'property-manager',
    places: values.list('flows-places'),
    access: values.text('flows-access') === 'full' ? 'full' : 'confined',
    directories,
  });
}
