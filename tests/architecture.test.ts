import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which folders a folder may import beside itself (docs/architecture.md, Import directions). */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  broker: ['model'],
  ingest: ['model'],
  store: ['model'],
  rules: ['model'],
  tasks: ['model'],
  notify: ['model'],
  api: ['model', 'tasks', 'notify', 'rules', 'store', 'ingest'],
  app: ['model', 'broker', 'ingest', 'store', 'rules', 'tasks', 'notify', 'api'],
  'device-sim': ['model'],
  cli: ['model', 'app', 'rules', 'api', 'device-sim'],
};
const folders = Object.keys(allowed);

const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') || file.endsWith('.js'))
    .map((file) => normalize(join(folder, file))),
);

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g;

/** The files of ours that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(importPattern)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .filter((target) => target.startsWith('#') || target.startsWith('.'))
    .map((target) => (target.startsWith('#') ? target.slice(1) : normalize(join(dirname(file), target))));
}

const graph = new Map(sources.map((file) => [file, importsOf(file)]));

describe('import directions', () => {
  it('are read from many files', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect([...graph.values()].flat().length).toBeGreaterThan(60);
  });

  it.each(folders)('%s imports only itself and what it may', (folder) => {
    const permitted = new Set([folder, ...(allowed[folder] ?? [])]);
    const offences = sources
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap((file) =>
        (graph.get(file) ?? [])
          .filter((target) => !permitted.has(target.split('/')[0] ?? ''))
          .map((target) => `${file} → ${target}`),
      );
    expect(offences).toEqual([]);
  });

  it('have no cycle', () => {
    const state = new Map<string, 'open' | 'done'>();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target, [...trail, file]);
      state.set(file, 'done');
    };
    for (const file of sources) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

/** A package of its own, in JavaScript as Node-RED loads it: it knows Gridbell by its API alone. */
describe('the palette for Node-RED', () => {
  const palette = sources.filter((file) => file.startsWith('rules/node-red/'));

  it('requires nothing but itself and what Node brings along', () => {
    const offences = palette.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\brequire\(\s*['"]([^'"]+)['"]/g)]
        .map(([, target = '']) => target)
        .filter((target) => !target.startsWith('node:'))
        .filter((target) => !normalize(join(dirname(file), target)).startsWith('rules/node-red/'))
        .map((target) => `${file} → ${target}`),
    );
    expect(palette.length).toBeGreaterThan(20);
    expect(offences).toEqual([]);
  });

  it('is required by nobody else', () => {
    const offences = [...graph].filter(
      ([file, targets]) =>
        !file.startsWith('rules/node-red/') && targets.some((target) => target.startsWith('rules/node-red/')),
    );
    expect(offences).toEqual([]);
  });
});

describe('time', () => {
  it('comes from model/clock.ts, in the palette from its own, and nowhere else', () => {
    const offences = sources
      .filter((file) => file !== 'model/clock.ts' && file !== 'rules/node-red/lib/clock.js')
      .filter((file) =>
        /\bDate\.now\(|new Date\(\)|performance\.now\(|DateTime\.(now|local|utc)\(\)/.test(
          readFileSync(file, 'utf8'),
        ),
      );
    expect(offences).toEqual([]);
  });
});

describe('names', () => {
  it('are no catch-alls', () => {
    const offences = sources.filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/.test(file));
    expect(offences).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('has the binaries of every platform, else npm ci refuses it (.ci/complete-lock.ts puts them in)', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });
});
