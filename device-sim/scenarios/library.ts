import { readdirSync, readFileSync } from 'node:fs';
import { loadScenario } from '#device-sim/scenarios/load.ts';
import type { Scenario } from '#device-sim/scenarios/scenario.ts';

const folder = new URL('library/', import.meta.url);

/** The names of the scenarios that come with Gridbell. */
export const scenarioNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();

/** A scenario of the library. Throws when there is none of that name. */
export function libraryScenario(name: string): Scenario {
  if (!scenarioNames().includes(name))
    throw new Error(`there is no scenario ${name}; there are ${scenarioNames().join(', ')}`);
  const file = new URL(`${name}.yaml`, folder);
  return loadScenario(readFileSync(file, 'utf8'), file.pathname);
}
