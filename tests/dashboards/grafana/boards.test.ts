import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { boards } from '#dashboards/grafana/boards.ts';
import { languages } from '#dashboards/grafana/language.ts';
import { deviceKindCatalogue, propertyCatalogue, propertyClasses } from '#model/catalogue.ts';
import { defaultCategories } from '#model/default-categories.ts';
import { dashboardsOnDisk, textsOnDisk } from './support/dashboard-files.ts';

const panels = boards.flatMap((board) =>
  board.panels.map((panel) => ({ board, name: `${board.id}: ${panel.title.en}`, panel })),
);
const queries = panels.flatMap(({ board, name, panel }) =>
  panel.queries.filter(({ source }) => source === 'influxdb').map(({ text }) => ({ board, name, text })),
);

describe('generated boards', () => {
  it('are seven, in both languages, each with an address of its own', () => {
    expect(boards).toHaveLength(7);
    const uids = dashboardsOnDisk().map(([, { uid }]) => uid);
    expect(new Set(uids).size).toBe(boards.length * languages.length);
  });

  it('say nothing in English on the Chinese boards, and nothing in Chinese on the English ones', () => {
    const chinese = /\p{Script=Han}/u;
    for (const [path, { panels: shown, title }] of dashboardsOnDisk())
      for (const text of [title, ...shown.map((panel) => panel.title)])
        expect(chinese.test(text), `${path}: ${text}`).toBe(path.startsWith('zh') && text !== 'PM2.5');
  });

  it('show nothing in green, and say when there is no data', () => {
    for (const [path, text] of textsOnDisk()) {
      expect(text, path).not.toMatch(/"green"/);
      const empty = text.match(/"noValue": "(No data|无数据)"/g) ?? [];
      expect(empty, path).toHaveLength(
        boards.find(({ id }) => path.endsWith(`/${id}.json`))?.panels.length ?? -1,
      );
    }
  });
});

describe('names on the boards', () => {
  it.each(queries)('$name: stand in the catalogue', ({ text }) => {
    for (const [, property = ''] of text.matchAll(/"property" = '([^']*)'/g)) {
      expect(propertyCatalogue.has(property), property).toBe(true);
      expect(text).toContain(`FROM "${propertyCatalogue.get(property)?.class}"`);
    }
    for (const [, kinds = ''] of text.matchAll(/"kind" =~ \/\^\(([^)]*)\)\$/g))
      for (const kind of kinds.split('|')) expect(deviceKindCatalogue.has(kind), kind).toBe(true);
    for (const [, category] of text.matchAll(/"category" = '([^']*)'/g))
      expect(defaultCategories.map(({ id }) => id)).toContain(category);
  });
});

describe('what a panel says of itself', () => {
  const told = panels.flatMap(({ name, panel }) => {
    const by = /, by (building|grid|device|kind|rule|category|severity|action)\.$/.exec(
      panel.about.en ?? '',
    )?.[1];
    return by === undefined ? [] : [{ name, by, queries: panel.queries }];
  });

  it.each(told)('$name: is told apart by $by', ({ by, queries: asked }) => {
    for (const { text } of asked) expect(text).toMatch(new RegExp(`GROUP BY .*"${by}"`));
  });
});

describe('what the boards do not show', () => {
  const closeTo = /GROUP BY [^)]*"(device|place|building)"/;

  it.each(queries)('$name: nobody is to be found by it', ({ text }) => {
    const property = /"property" = '([^']*)'/.exec(text)?.[1];
    const sensitivity = property === undefined ? undefined : propertyCatalogue.get(property)?.sensitivity;
    if (sensitivity === 'personal' || sensitivity === 'health') expect(text).not.toMatch(closeTo);
    expect(text).not.toMatch(/FROM "vitals"|resident|person/);
  });

  it('elderly care: nothing narrower than a grid, not by its filters either, and no reading as it is', () => {
    const care = boards.find(({ id }) => id === 'elderly-care');
    expect(care?.filters).toEqual(['community', 'grid']);
    for (const { text } of care?.panels.flatMap((panel) => panel.queries) ?? []) {
      expect(text.replace(/SELECT count\("said"\) FROM \(.*\)/, '')).not.toMatch(closeTo);
      expect(text).toMatch(/^SELECT (count|sum|mean)\(/);
    }
  });

  it('the regular expression of all readings is that of the classes', () => {
    const all = queries.find(({ text }) => text.includes('FROM /'))?.text;
    expect(all).toContain(propertyClasses.join('|'));
  });
});

describe('links', () => {
  const paths = [
    ...readFileSync('dashboards/console/src/pages/pages.ts', 'utf8').matchAll(/path: '([^']*)'/g),
  ];

  it.each(panels)('$name leads to a page of the console', ({ panel }) => {
    expect(paths.map(([, path]) => path)).toContain(panel.page.replace(/\$\{.*\}/, ':id'));
  });
});

describe('provisioning', () => {
  const folder = 'dashboards/grafana/provisioning';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  );

  it('has no address, name or password of its own', () => {
    expect(files).toHaveLength(2);
    for (const file of files) {
      const text = readFileSync(`${folder}/${file}`, 'utf8');
      for (const [, value] of text.matchAll(/^\s+(?:url|user|password|dbName|path): (.*)$/gm))
        expect(value, file).toMatch(/^\$GRIDBELL_/);
    }
  });

  it('names the data sources that the boards choose at first, and a folder for each language', () => {
    const { datasources } = parse(readFileSync(`${folder}/datasources/gridbell.yaml`, 'utf8')) as {
      datasources: { uid: string }[];
    };
    const wanted = [...textsOnDisk().values()].flatMap(
      (text) => text.match(/gridbell-(influxdb|prometheus)/g) ?? [],
    );
    expect(new Set(datasources.map(({ uid }) => uid))).toEqual(new Set(wanted));
    const text = readFileSync(`${folder}/dashboards/gridbell.yaml`, 'utf8');
    for (const language of languages) expect(text).toContain(`$GRIDBELL_BOARDS/${language}`);
  });
});
