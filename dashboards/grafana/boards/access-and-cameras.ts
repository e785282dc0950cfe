import { type Board, filters, type Panel, placeFilters } from '#dashboards/grafana/board.ts';
import { alarmsRaised, ofProperty, timesSo } from '#dashboards/grafana/influxql.ts';

/** Readings that said so, in each interval. */
const said = (property: string, by: string): Panel['queries'] => [
  timesSo(property, { filters, by: [by], over: 'time' }),
];
const about = { en: 'Readings that said so, in each interval.', zh: '每个时间段内的相应读数。' };

export const accessAndCameras: Board = {
  id: 'access-and-cameras',
  title: { en: 'Access and cameras', zh: '门禁与视频' },
  filters,
  span: '24h',
  panels: [
    {
      title: { en: 'Passages', zh: '通行' },
      about: { en: 'Granted and denied in the time shown.', zh: '所选时间内通过与拒绝的次数。' },
      kind: 'number',
      width: 8,
      page: '/devices',
      queries: (['granted', 'denied'] as const).map((result) =>
        ofProperty('access-result', {
          filters,
          select: `count("text") AS "${result}"`,
          conditions: [`"text" = '${result}'`],
          over: 'range',
          name: result,
        }),
      ),
      mayBeEmpty: 'on a good day nobody is denied',
    },
    {
      title: { en: 'Alarms of access and security', zh: '门禁安防报警' },
      about: { en: 'Raised in the time shown, by rule.', zh: '所选时间内新增，按规则。' },
      kind: 'number',
      width: 8,
      page: '/alarms',
      queries: [
        alarmsRaised({
          filters: placeFilters,
          conditions: [`"category" = 'access-security'`],
          by: ['rule'],
          over: 'range',
        }),
      ],
    },
    {
      title: { en: 'Doors forced', zh: '强行开门' },
      about,
      kind: 'number',
      width: 8,
      page: '/alarms',
      thresholds: [{ from: 1, severity: 'major' }],
      queries: [
        timesSo('door-forced', {
          filters,
          by: ['building'],
          over: 'range',
        }),
      ],
      mayBeEmpty: 'nobody forced a door',
    },
    {
      title: { en: 'Doors of units and buildings opened', zh: '单元与楼栋开门' },
      about: {
        en: 'By building. Doors of flats are counted with them, and never shown alone.',
        zh: '按楼栋合计；住户门计入其中，从不单独显示。',
      },
      kind: 'bars',
      width: 12,
      page: '/devices',
      queries: said('door-open', 'building'),
    },
    {
      title: { en: 'Fire lane blocked', zh: '消防通道占用' },
      about,
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: said('lane-blocked', 'grid'),
    },
    {
      title: { en: 'Objects seen by cameras', zh: '摄像头识别目标' },
      about: { en: 'The most at once, by building.', zh: '同时最多数量，按楼栋。' },
      kind: 'lines',
      width: 12,
      page: '/devices',
      queries: [
        ofProperty('object-count', {
          filters,
          select: 'max("num")',
          by: ['building'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Pictures lost', zh: '视频丢失' },
      about,
      kind: 'bars',
      width: 12,
      page: '/devices',
      queries: said('video-lost', 'device'),
      mayBeEmpty: 'no camera lost its picture',
    },
    {
      title: { en: 'Objects from a height', zh: '高空抛物' },
      about,
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: said('falling-object', 'building'),
      mayBeEmpty: 'nothing fell',
    },
    {
      title: { en: 'People trapped in lifts', zh: '电梯困人' },
      about,
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: said('people-trapped', 'building'),
      mayBeEmpty: 'nobody is trapped',
    },
  ],
};
