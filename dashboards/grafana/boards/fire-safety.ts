import { type Board, filters, placeFilters } from '#dashboards/grafana/board.ts';
import {
  alarmsRaised,
  devicesThatSaid,
  ofAlarms,
  ofProperty,
  timesSo,
} from '#dashboards/grafana/influxql.ts';

const fire = `"category" = 'fire'`;
const detectors = `"kind" =~ /^(smoke-detector|heat-detector|co-detector|gas-detector)$/`;
const peak = {
  filters,
  select: 'max("num")',
  by: ['building'],
  over: 'time',
} as const;

export const fireSafety: Board = {
  id: 'fire-safety',
  title: { en: 'Fire safety', zh: '消防安全' },
  filters,
  span: '24h',
  panels: [
    {
      title: { en: 'Fire alarms', zh: '火警' },
      about: { en: 'Raised in the time shown, by severity.', zh: '所选时间内新增，按严重程度。' },
      kind: 'number',
      width: 8,
      page: '/alarms',
      thresholds: [{ from: 1, severity: 'critical' }],
      queries: [
        alarmsRaised({
          filters: placeFilters,
          conditions: [fire],
          by: ['severity'],
          over: 'range',
        }),
      ],
    },
    {
      title: { en: 'How long fire alarms stood', zh: '火警持续时间' },
      about: {
        en: 'Mean, from raised to cleared, of those that cleared.',
        zh: '从新增到解除的平均时间（仅已解除）。',
      },
      kind: 'number',
      unit: 's',
      width: 8,
      page: '/alarms',
      queries: [
        ofAlarms({
          filters: placeFilters,
          select: 'mean("seconds")',
          conditions: [fire, `"kind" = 'cleared'`],
          by: ['rule'],
          over: 'range',
        }),
      ],
    },
    {
      title: { en: 'Detectors heard', zh: '有上报的探测器' },
      about: { en: 'Those that told their battery in the time shown.', zh: '所选时间内上报过电量的探测器。' },
      kind: 'number',
      width: 8,
      page: '/devices',
      queries: [devicesThatSaid({ filters, conditions: [detectors], property: 'battery', by: ['kind'] })],
    },
    {
      title: { en: 'Smoke', zh: '烟雾' },
      about: { en: 'Readings that said smoke, by device.', zh: '报告有烟的读数，按设备。' },
      kind: 'bars',
      width: 12,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
      page: '/devices/${__field.labels.device}',
      queries: [
        timesSo('smoke', {
          filters,
          by: ['building', 'device'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Hottest detector', zh: '探测器最高温度' },
      about: { en: 'The highest temperature that a detector told.', zh: '探测器上报的最高温度。' },
      kind: 'lines',
      unit: 'celsius',
      width: 12,
      page: '/devices',
      thresholds: [
        { from: 45, severity: 'major' },
        { from: 57, severity: 'critical' },
      ],
      queries: [ofProperty('temperature', { ...peak, conditions: [detectors] })],
    },
    {
      title: { en: 'Carbon monoxide', zh: '一氧化碳' },
      about: { en: 'The highest reading of a building.', zh: '楼栋内最高读数。' },
      kind: 'lines',
      unit: 'ppm',
      width: 12,
      page: '/devices',
      thresholds: [{ from: 50, severity: 'critical' }],
      queries: [ofProperty('co', peak)],
      mayBeEmpty: 'only where CO detectors stand',
    },
    {
      title: { en: 'Combustible gas', zh: '可燃气体' },
      about: {
        en: 'The highest reading, in % of the lower explosive limit.',
        zh: '最高读数，爆炸下限百分比。',
      },
      kind: 'lines',
      unit: 'percent',
      width: 12,
      page: '/devices',
      thresholds: [{ from: 10, severity: 'critical' }],
      queries: [ofProperty('gas-concentration', peak)],
    },
    {
      title: { en: 'Fire lane blocked', zh: '消防通道占用' },
      about: { en: 'Readings that said so, by grid.', zh: '报告占用的读数，按网格。' },
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: [
        timesSo('lane-blocked', {
          filters,
          by: ['grid'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Water leaks', zh: '漏水' },
      about: { en: 'Readings that said so, by building.', zh: '报告漏水的读数，按楼栋。' },
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: [
        timesSo('water-leak', {
          filters,
          by: ['building'],
          over: 'time',
        }),
      ],
      mayBeEmpty: 'only where water leaks',
    },
  ],
};
