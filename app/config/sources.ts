import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Setting } from '#app/config/setting.ts';
import { messageOf } from '#model/errors.ts';

/** Where settings are said; a later one wins. */
export interface ConfigSources {
  /** `--config FILE`; without it `gridbell.yaml` of the working directory where there is one. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From the command line, by setting name; wins over all. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Names that older or later parts may set in the environment without being a setting of ours. */
const notSettings: ReadonlySet<string> = new Set([
  'GRIDBELL_TEST_LONG',
  'GRIDBELL_TEST_NEW_CASES',
  'GRIDBELL_TEST_SUPERVISED',
  'GRIDBELL_CONFIG',
  'GRIDBELL_PARENT',
]);

interface Given {
  readonly value: string;
  /** Where it was said, for the error message. */
  readonly where: string;
}
type Settings = Readonly<Record<string, Setting>>;

/** The value of every setting, by its name; what is wrong or no setting is added to `problems`. */
export function readSettings(
  settings: Settings,
  sources: ConfigSources,
  problems: string[],
): Map<string, string | number | null> {
  const given = gather(settings, sources, problems);
  const values = new Map<string, string | number | null>();
  for (const [name, setting] of Object.entries(settings)) {
    const entry = given.get(name);
    const value = entry === undefined ? setting.fallback : setting.read(entry.value);
    if (value === undefined) problems.push(`${entry?.where}: ${name} wants ${setting.wants}`);
    else values.set(name, value);
  }
  for (const [name, { where }] of given) {
    if (!Object.hasOwn(settings, name)) problems.push(`${where}: ${name} is no setting`);
  }
  return values;
}

/** What was said of each name, known or not; the later source wins. */
function gather(settings: Settings, sources: ConfigSources, problems: string[]): Map<string, Given> {
  const given = new Map<string, Given>();
  for (const [name, value] of Object.entries(readFile(sources.file, problems)))
    given.set(name, { value, where: 'gridbell.yaml' });
  const byVariable = new Map(Object.keys(settings).map((name) => [environmentName(name), name]));
  for (const [variable, value] of Object.entries(sources.env)) {
    // Compose files set what is not set to nothing.
    if (!variable.startsWith('GRIDBELL_') || notSettings.has(variable) || !value) continue;
    const name = byVariable.get(variable);
    if (name === undefined) problems.push(`${variable} is no setting`);
    else given.set(name, { value, where: variable });
  }
  for (const [name, value] of Object.entries(sources.overrides ?? {}))
    given.set(name, { value, where: `--${name}` });
  return given;
}

const environmentName = (name: string): string => `GRIDBELL_${name.toUpperCase().replaceAll('-', '_')}`;

function readFile(file: string | undefined, problems: string[]): Record<string, string> {
  const path = file ?? 'gridbell.yaml';
  if (!existsSync(path)) {
    if (file !== undefined) problems.push(`${file} does not exist`);
    return {};
  }
  try {
    return flatten(parse(readFileSync(path, 'utf8')) ?? {}, '');
  } catch (error) {
    // The first line: the others are an extract of the file, and it may hold a password.
    problems.push(`${path} cannot be read: ${messageOf(error).split('\n', 1)[0]}`);
    return {};
  }
}

/** Read as one text by whom they concern. */
const taken: ReadonlySet<string> = new Set(['notify-channels', 'notify-texts', 'history-retention']);

/** `{ http: { port: 80 } }` → `{ 'http-port': '80' }`; a list is its entries with commas. */
function flatten(value: unknown, prefix: string): Record<string, string> {
  if (taken.has(prefix)) return { [prefix]: JSON.stringify(value) };
  if (Array.isArray(value)) return { [prefix]: value.join(',') };
  if (typeof value !== 'object' || value === null)
    return { [prefix]: value === null ? '' : `${value as string | number | boolean}` };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, entry]) => flatten(entry, prefix === '' ? key : `${prefix}-${key}`)),
  ) as Record<string, string>;
}
