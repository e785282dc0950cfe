import { type Board, filters, placeFilters } from '#dashboards/grafana/board.ts';
import {
  alarmsRaised,
  devicesThatSaid,
  ofProperty,
  ofReadings,
  timesSo,
} from '#dashboards/grafana/influxql.ts';
import { deviceKindCatalogue } from '#model/catalogue.ts';

const lifeSafety = [...deviceKindCatalogue.values()]
  .filter((kind) => kind.lifeSafety)
  .map(({ name }) => name);

/** The lowest last battery of all: a table with the device, which leads to its page. */
const weakest = ofProperty('battery', {
  filters,
  select: 'last("num") AS "percent"',
  by: ['device', 'building', 'kind'],
  over: 'range',
});

export const deviceHealth: Board = {
  id: 'device-health',
  title: { en: 'Device health and protection coverage', zh: '设备健康与防护覆盖' },
  filters,
  span: '7d',
  panels: [
    {
      title: { en: 'Protection: life-safety devices heard', zh: '防护覆盖：有上报的生命安全设备' },
      about: {
        en: 'By building. What is missing here is silent or was never there: the console says which.',
        zh: '按楼栋。此处缺少的设备已失联或从未安装，详见控制台。',
      },
      kind: 'number',
      width: 12,
      page: '/devices',
      queries: [
        devicesThatSaid({
          filters,
          conditions: [`"kind" =~ /^(${lifeSafety.join('|')})$/`],
          property: 'battery',
          by: ['building'],
        }),
      ],
    },
    {
      title: { en: 'Devices heard, by kind', zh: '有上报的设备（按种类）' },
      about: { en: 'Those that told their battery in the time shown.', zh: '所选时间内上报过电量的设备。' },
      kind: 'number',
      width: 12,
      page: '/devices',
      queries: [devicesThatSaid({ filters, property: 'battery', by: ['kind'] })],
    },
    {
      title: { en: 'Weakest batteries', zh: '电量最低的设备' },
      about: { en: 'The 20 lowest of what devices said last.', zh: '各设备最近一次电量中最低的 20 个。' },
      kind: 'table',
      unit: 'percent',
      width: 12,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
      page: '/devices/${__data.fields.device}',
      queries: [
        {
          source: 'influxdb',
          text: `SELECT bottom("percent", 20) AS "battery", "device", "building", "kind" FROM (${weakest.text}) WHERE $timeFilter`,
        },
      ],
    },
    {
      title: { en: 'Battery', zh: '电量' },
      about: { en: 'The lowest of each kind.', zh: '各种类的最低值。' },
      kind: 'lines',
      unit: 'percent',
      width: 12,
      page: '/devices',
      queries: [
        ofProperty('battery', {
          filters,
          select: 'min("num")',
          by: ['kind'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Reception', zh: '信号强度' },
      about: { en: 'Mean of the devices of a building.', zh: '楼栋内设备的平均值。' },
      kind: 'lines',
      unit: 'dBm',
      width: 12,
      page: '/devices',
      queries: [
        ofProperty('rssi', {
          filters,
          select: 'mean("num")',
          by: ['building'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'How late readings came', zh: '读数延迟' },
      about: {
        en: 'The longest from measured to received in each interval.',
        zh: '每个时间段内从测量到接收的最长时间。',
      },
      kind: 'lines',
      unit: 'ms',
      width: 12,
      page: '/devices',
      queries: [ofReadings({ filters, select: 'max("d")', by: ['kind'], over: 'time' })],
    },
    {
      title: { en: 'Readings by kind of device', zh: '各种类设备的读数' },
      about: { en: 'How many came in.', zh: '收到的数量。' },
      kind: 'bars',
      width: 12,
      page: '/devices',
      queries: [
        ofReadings({ filters, select: 'count("k")', by: ['kind'], over: 'time', name: '$m $tag_kind' }),
      ],
    },
    {
      title: { en: 'Alarms of maintenance', zh: '设备维护报警' },
      about: { en: 'Raised in each interval, by rule.', zh: '每个时间段内新增，按规则。' },
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: [
        alarmsRaised({
          filters: placeFilters,
          conditions: [`"category" = 'device-maintenance'`],
          by: ['rule'],
          over: 'time',
        }),
      ],
    },
    ...(
      [
        ['tamper', { en: 'Opened or torn off', zh: '防拆报警' }],
        ['fault', { en: 'Faults', zh: '故障' }],
        ['battery-low', { en: 'Low batteries', zh: '低电量' }],
        ['test', { en: 'Test buttons pressed', zh: '按下测试键' }],
      ] as const
    ).map(
      ([property, title]) =>
        ({
          title,
          about: { en: 'Readings that said so, by kind.', zh: '相应读数，按种类。' },
          kind: 'bars',
          width: 6,
          page: '/devices',
          queries: [
            timesSo(property, {
              filters,
              by: ['kind'],
              over: 'time',
            }),
          ],
          mayBeEmpty: 'no device says so while all is well',
        }) as const,
    ),
  ],
};
