import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Board, Filter } from '#dashboards/grafana/board.ts';
import type { Builder } from '#dashboards/grafana/built.ts';
import { within } from '#dashboards/grafana/influxql.ts';
import type { LocalText } from '#model/text.ts';

const labels: Readonly<Record<Filter, LocalText>> = {
  community: { en: 'Community', zh: '社区' },
  grid: { en: 'Grid', zh: '网格' },
  building: { en: 'Building', zh: '楼栋' },
  device: { en: 'Device', zh: '设备' },
};

/** Where the console is when nobody says otherwise: Gridbell's own default. */
const usualConsole = 'http://127.0.0.1:8080';

/** What there is to choose from: values of the tag, inside of what was chosen before it. */
function choiceOf(filter: Filter, wider: readonly Filter[], say: (text: LocalText) => string) {
  const query = `SHOW TAG VALUES WITH KEY = "${filter}"${wider.length === 0 ? '' : ` WHERE ${within(wider)}`}`;
  return (
    new dashboard.QueryVariableBuilder(filter)
      .label(say(labels[filter]))
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
      .datasource({ type: 'influxdb', uid: '${influxdb}' })
      .query(query)
      .definition(query)
      .refresh(dashboard.VariableRefresh.OnDashboardLoad)
      .sort(dashboard.VariableSort.NaturalAsc)
      .multi(true)
      .includeAll(true)
      // Also what has no such tag: a device that stands in no building.
      .allValue('.*')
      .current({ text: ['All'], value: ['$__all'] })
  );
}

/** Data sources, the filters of a board, and where the console is. */
export function variablesOf(
  board: Board,
  say: (text: LocalText) => string,
): readonly Builder<dashboard.VariableModel>[] {
  const sources = [...new Set(board.panels.flatMap(({ queries }) => queries.map(({ source }) => source)))];
  return [
    ...sources.map((source) =>
      new dashboard.DatasourceVariableBuilder(source)
        .label(source === 'influxdb' ? 'InfluxDB' : 'Prometheus')
        .type(source)
        .current({ text: `Gridbell ${source}`, value: `gridbell-${source}` }),
    ),
    ...board.filters.map((filter, index) => choiceOf(filter, board.filters.slice(0, index), say)),
    new dashboard.TextBoxVariableBuilder('console')
      .label(say({ en: 'Console at', zh: '控制台地址' }))
      .defaultValue(usualConsole)
      .current({ text: usualConsole, value: usualConsole }),
  ];
}
