import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Panel } from '#dashboards/grafana/board.ts';
import type { Builder, Target } from '#dashboards/grafana/built.ts';
import { plainColour, severityColours } from '#dashboards/grafana/colours.ts';
import { severities } from '#model/alarm.ts';
import type { LocalText } from '#model/text.ts';

export interface PanelOptions {
  readonly panel: Panel;
  /** Unique on its board. */
  readonly id: number;
  readonly say: (text: LocalText) => string;
  readonly targets: readonly Builder<Target>[];
}

function numbers() {
  return new stat.PanelBuilder()
    .height(5)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
}

function lines() {
  return (
    new timeseries.PanelBuilder()
      .height(8)
      .lineWidth(1)
      .fillOpacity(0)
      // A gap is a gap: a sensor that said nothing is not joined to what it says next.
      .spanNulls(false)
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Line),
      )
      .legend(
        new common.VizLegendOptionsBuilder()
          .showLegend(true)
          .displayMode(common.LegendDisplayMode.List)
          .placement(common.LegendPlacement.Bottom),
      )
  );
}

const bars = () =>
  lines()
    .drawStyle(common.GraphDrawStyle.Bars)
    .fillOpacity(70)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));

const builders = { number: numbers, lines, bars, table: () => new table.PanelBuilder().height(8) };

/** What Grafana draws for a panel. */
export function panelOf({ id, panel, say, targets }: PanelOptions): Builder<dashboard.Panel> {
  const link = new dashboard.DashboardLinkBuilder(say({ en: 'In the console', zh: '在控制台查看' }))
    .type(dashboard.DashboardLinkType.Link)
    .url(`\${console:raw}${panel.page}`)
    .targetBlank(true);
  const steps = [
    { value: null, color: plainColour },
    ...(panel.thresholds ?? []).map(({ from, severity }) => ({
      value: from,
      color: severityColours[severity],
    })),
  ];
  const isLinkOfData = panel.page.includes('${');
  const builder = builders[panel.kind]()
    .id(id)
    .title(say(panel.title))
    .description(say(panel.about))
    .span(panel.width)
    .noValue(say({ en: 'No data', zh: '无数据' }))
    .thresholds(new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps))
    .targets([...targets]);
  if (panel.unit !== undefined) builder.unit(panel.unit);
  if (isLinkOfData) builder.dataLinks([link]);
  else builder.links([link]);
  if (panel.kind === 'number')
    builder.colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds));
  if (panel.queries.some(({ name }) => name?.includes('severity')))
    for (const severity of severities)
      builder.overrideByName(severity, [
        { id: 'color', value: { mode: 'fixed', fixedColor: severityColours[severity] } },
      ]);
  return builder;
}
