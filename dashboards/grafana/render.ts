import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { Board, Panel, Query } from '#dashboards/grafana/board.ts';
import type { Builder, Target } from '#dashboards/grafana/built.ts';
import type { Language } from '#dashboards/grafana/language.ts';
import { panelOf } from '#dashboards/grafana/render-panel.ts';
import { variablesOf } from '#dashboards/grafana/variables.ts';
import type { LocalText } from '#model/text.ts';

/** In this language; a text that has only one of both stays as it is. */
export const saying =
  (language: Language) =>
  (text: LocalText): string =>
    text[language] ?? text.en ?? text.zh ?? '';

/** The uid of a data source variable: what is asked is chosen on the board, and the boards of an import find theirs. */
const askedOf = ({ source }: Query) => ({ type: source, uid: `\${${source}}` });

/** A target of a panel; the kit has no builder for InfluxQL. */
function targetOf(query: Query, kind: Panel['kind'], index: number): Builder<Target> {
  const refId = String.fromCharCode(65 + index);
  const common = { refId, datasource: askedOf(query) };
  const target =
    query.source === 'influxdb'
      ? {
          ...common,
          query: query.text,
          rawQuery: true,
          resultFormat: kind === 'table' ? 'table' : 'time_series',
          ...(query.name === undefined ? {} : { alias: query.name }),
        }
      : {
          ...common,
          expr: query.text,
          editorMode: 'code',
          range: kind !== 'table',
          instant: kind === 'table',
          ...(query.name === undefined ? {} : { legendFormat: query.name }),
        };
  return { build: () => target as unknown as Target };
}

/** The dashboard model of a board in a language, as Grafana imports it. */
export function rendered(board: Board, language: Language): dashboard.Dashboard {
  const say = saying(language);
  const builder = new dashboard.DashboardBuilder(`Gridbell ${say(board.title)}`)
    .uid(`gridbell-${board.id}-${language}`)
    .tags(['gridbell', language])
    .timezone('browser')
    .time({ from: `now-${board.span}`, to: 'now' })
    .refresh('1m')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .link(
      new dashboard.DashboardLinkBuilder(say({ en: 'Other boards', zh: '其他看板' }))
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(['gridbell', language])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .link(
      new dashboard.DashboardLinkBuilder(say({ en: 'Console', zh: '控制台' }))
        .type(dashboard.DashboardLinkType.Link)
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
        .url('${console:raw}/')
        .targetBlank(true),
    );
  for (const variable of variablesOf(board, say)) builder.withVariable(variable);
  board.panels.forEach((panel, index) => {
    const targets = panel.queries.map((query, order) => targetOf(query, panel.kind, order));
    builder.withPanel(panelOf({ panel, id: index + 1, say, targets }));
  });
  return builder.build();
}
