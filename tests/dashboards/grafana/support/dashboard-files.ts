import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the tests read of a dashboard, as it lies on the disk. */
export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly {
      readonly query?: string;
      readonly expr?: string;
      readonly resultFormat?: string;
    }[];
  }[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly query: string;
      readonly allValue?: string;
    }[];
  };
}

export const generated = 'dashboards/grafana/generated';

/** Path below the folder → its text. */
export const textsOnDisk = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(generated, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.json'))
      .map((path) => [path, readFileSync(join(generated, path), 'utf8')]),
  );

export const dashboardsOnDisk = (): readonly (readonly [path: string, dashboard: DashboardFile])[] =>
  [...textsOnDisk()].map(([path, text]) => [path, JSON.parse(text) as DashboardFile]);
