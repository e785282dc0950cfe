import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boards } from '#dashboards/grafana/boards.ts';
import { dashboardsOnDisk } from './support/dashboard-files.ts';
import { filledIn } from './support/fill-in.ts';
import { Influxd } from './support/influxd.ts';
import { type SimulatedDay, simulatedDay } from './support/simulated-day.ts';

const files = dashboardsOnDisk();
const boardOf = (path: string) => boards.find(({ id }) => path.endsWith(`/${id}.json`));

let influxd: Influxd;
let day: SimulatedDay;

beforeAll(async () => {
  influxd = await Influxd.start();
  day = await simulatedDay(influxd);
});
afterAll(async () => {
  await influxd?.[Symbol.asyncDispose]();
});

/** Values of tags that were asked for as a variable of a board asks. */
const valuesOf = async (query: string): Promise<readonly string[]> =>
  (await influxd.query(query)).flatMap(({ values }) => values.map((row) => String(row[1])));

const inOrder = (rows: readonly unknown[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).toSorted((a, b) => (a < b ? -1 : 1));

describe('what the platform writes of alarms and tasks', () => {
  const numberOf = async (query: string): Promise<number> =>
    (await influxd.query(query)).reduce((sum, { values }) => sum + Number(values[0]?.[1] ?? 0), 0);

  it('is one row for each alarm that was raised, by its severity, at the time that it began', async () => {
    const rows = await influxd.query(`SELECT "id", "severity" FROM "alarms" WHERE "kind" = 'raised'`);
    const written = rows.flatMap(({ values }) => values.map(([at, id, severity]) => [id, severity, at]));
    const had = day.alarms.map(({ id, severity, startedAt }) => [id, severity, Date.parse(startedAt)]);
    expect(had.length).toBeGreaterThan(5);
    expect(inOrder(written)).toEqual(inOrder(had));
  });

  it('is one row for each alarm that cleared, with how long it stood', async () => {
    const rows = await influxd.query(
      `SELECT "id", "seconds", "active" FROM "alarms" WHERE "kind" = 'cleared'`,
    );
    const written = rows.flatMap(({ values }) =>
      values.map(([, id, seconds, active]) => [id, seconds, active]),
    );
    const had = day.alarms.flatMap(({ clearedAt, id, startedAt }) =>
      clearedAt === null || clearedAt === startedAt
        ? []
        : [[id, (Date.parse(clearedAt) - Date.parse(startedAt)) / 1_000, 0]],
    );
    expect(had).not.toEqual([]);
    expect(inOrder(written)).toEqual(inOrder(had));
  });

  it('is one row for each entry in the histories of tasks, with its time since the task was created', async () => {
    const rows = await influxd.query(`SELECT "id", "action", "state", "seconds", "entered" FROM "tasks"`);
    const written = rows.flatMap(({ values }) => values.map(([, ...row]) => row.join(' ')));
    const had = day.tasks.flatMap(({ createdAt, history, id }) =>
      history.map(({ action, at, from, to }) =>
        [id, action, to, (Date.parse(at) - Date.parse(createdAt)) / 1_000, Number(from !== to)].join(' '),
      ),
    );
    expect(had.length).toBeGreaterThan(10);
    expect(inOrder(written)).toEqual(inOrder(had));
  });

  it('is overdue where the time to do it had passed', async () => {
    const steps = day.tasks.flatMap(({ history }) => history);
    const lateAtLeast = steps.filter(({ action }) => action === 'overdue').length;
    expect(await numberOf('SELECT count("id") FROM "tasks" WHERE "overdue" = true')).toBeGreaterThanOrEqual(
      lateAtLeast,
    );
  });

  it('has no words of people, no names and nobody in it', async () => {
    for (const what of ['TAG', 'FIELD']) {
      const keys = await influxd.query(`SHOW ${what} KEYS FROM "alarms", "tasks"`);
      const names = new Set(keys.flatMap(({ values }) => values.map(([name]) => name)));
      expect(names).toEqual(
        new Set(
          what === 'FIELD'
            ? ['active', 'entered', 'id', 'open', 'overdue', 'seconds']
            : [
                'action',
                'building',
                'category',
                'community',
                'grid',
                'kind',
                'place',
                'rule',
                'severity',
                'state',
              ],
        ),
      );
    }
  });
});

describe('variables of the boards', () => {
  const asked = files.flatMap(([path, { templating }]) =>
    templating.list
      .filter(({ type }) => type === 'query')
      .map(({ name, query }) => ({ path, name, query, variables: templating.list })),
  );

  it.each(asked)('$path: $name has something to choose', async ({ query, variables }) => {
    const all = new Map(variables.map(({ allValue = '', name }) => [name, allValue]));
    expect(await valuesOf(filledIn(query, all, day))).not.toEqual([]);
  });
});

describe('queries of the panels', () => {
  const panels = files.flatMap(([path, { panels: shown, templating }]) =>
    shown.flatMap(({ id, targets, title }) =>
      targets.flatMap(({ query }) =>
        query === undefined
          ? []
          : [{ path, title, query, variables: templating.list, spec: boardOf(path)?.panels[id - 1] }],
      ),
    ),
  );

  it.each(panels)('$path: $title', async ({ query, spec, variables }) => {
    expect(spec).toBeDefined();
    const all = new Map(variables.map(({ allValue = '', name }) => [name, allValue]));
    const series = await influxd.query(filledIn(query, all, day));
    const figures = series.flatMap(({ columns, values }) =>
      values.flatMap((row) => row.filter((_, index) => columns[index] !== 'time' && row[index] !== null)),
    );
    if (spec?.mayBeEmpty === undefined) expect(figures, query).not.toEqual([]);
    // Grafana puts a series at its time: one of 1970 is nowhere to be seen.
    for (const { columns, values } of series)
      for (const row of values)
        expect(row[columns.indexOf('time')], query).toBeGreaterThanOrEqual(day.from - 300_000);
  });

  it.each(panels)('$path: $title, of two buildings', async ({ query, variables }) => {
    const all = new Map(variables.map(({ allValue = '', name }) => [name, allValue]));
    const buildings = await valuesOf('SHOW TAG VALUES WITH KEY = "building"');
    const chosen = { building: [...new Set(buildings)].slice(0, 2), device: ['a.b/c', 'd|e'] };
    await influxd.query(filledIn(query, all, { ...day, chosen }));
  });

  it('see only the grid that was chosen', async () => {
    const query = boards[0]?.panels[0]?.queries[0]?.text ?? '';
    const all = new Map(['community', 'grid', 'building'].map((name) => [name, '.*']));
    expect(await influxd.query(filledIn(query, all, day))).not.toEqual([]);
    expect(await influxd.query(filledIn(query, all, { ...day, chosen: { grid: ['no-such'] } }))).toEqual([]);
  });
});

describe('what the boards ask Prometheus for', () => {
  const expressions = files.flatMap(([path, { panels }]) =>
    panels.flatMap(({ targets, title }) =>
      targets.flatMap(({ expr }) => (expr === undefined ? [] : [{ path, title, expr }])),
    ),
  );

  it.each(expressions)('$path: $title: $expr', ({ expr }) => {
    const names = expr.match(/gridbell_\w+/g) ?? [];
    expect(names).not.toEqual([]);
    for (const name of names)
      expect(day.metrics, name).toMatch(new RegExp(String.raw`^${name}(\{.*\})? `, 'm'));
    for (const [, label, value] of expr.matchAll(/(\w+)="([^"]*)"/g))
      expect(day.metrics).toContain(`${label}="${value}"`);
    for (const [, labels = ''] of expr.matchAll(/by \(([^)]*)\)/g))
      for (const label of labels.split(', '))
        expect(day.metrics, expr).toMatch(new RegExp(String.raw`^${names[0]}\{.*\b${label}="`, 'm'));
  });
});
