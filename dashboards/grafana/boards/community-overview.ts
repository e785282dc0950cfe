import { type Board, placeFilters } from '#dashboards/grafana/board.ts';
import {
  alarmsRaised,
  devicesThatSaid,
  ofProperty,
  ofReadings,
  stepsOfTasks,
} from '#dashboards/grafana/influxql.ts';

export const communityOverview: Board = {
  id: 'community-overview',
  title: { en: 'Community overview', zh: '社区总览' },
  filters: placeFilters,
  span: '24h',
  panels: [
    {
      title: { en: 'Alarms raised', zh: '新增报警' },
      about: { en: 'In the time shown, by severity.', zh: '所选时间内，按严重程度。' },
      kind: 'number',
      width: 12,
      page: '/alarms',
      queries: [alarmsRaised({ filters: placeFilters, by: ['severity'], over: 'range' })],
    },
    {
      title: { en: 'Tasks dispatched', zh: '派发任务' },
      about: { en: 'In the time shown, by category.', zh: '所选时间内，按类别。' },
      kind: 'number',
      width: 12,
      page: '/tasks',
      queries: [
        stepsOfTasks({
          filters: placeFilters,
          conditions: [`"action" = 'dispatch'`],
          by: ['category'],
          over: 'range',
        }),
      ],
    },
    {
      title: { en: 'Alarms by category', zh: '各类别报警' },
      about: { en: 'Raised in each interval.', zh: '每个时间段内新增。' },
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: [alarmsRaised({ filters: placeFilters, by: ['category'], over: 'time' })],
    },
    {
      title: { en: 'Alarms by building', zh: '各楼栋报警' },
      about: { en: 'Raised in each interval.', zh: '每个时间段内新增。' },
      kind: 'bars',
      width: 12,
      page: '/alarms',
      queries: [alarmsRaised({ filters: placeFilters, by: ['building'], over: 'time' })],
    },
    {
      title: { en: 'Readings by class', zh: '各类读数' },
      about: { en: 'How many readings came in.', zh: '收到的读数数量。' },
      kind: 'bars',
      width: 12,
      page: '/devices',
      queries: [ofReadings({ filters: placeFilters, select: 'count("k")', over: 'time', name: '$m' })],
    },
    {
      title: { en: 'Devices heard, by kind', zh: '有上报的设备（按种类）' },
      about: { en: 'Those that told their battery in the time shown.', zh: '所选时间内上报过电量的设备。' },
      kind: 'number',
      width: 12,
      page: '/devices',
      queries: [devicesThatSaid({ filters: placeFilters, property: 'battery', by: ['kind'] })],
    },
    {
      title: { en: 'Temperature', zh: '温度' },
      about: { en: 'Mean of all sensors of a building.', zh: '楼栋内全部传感器的平均值。' },
      kind: 'lines',
      unit: 'celsius',
      width: 12,
      page: '/devices',
      queries: [
        ofProperty('temperature', {
          filters: placeFilters,
          select: 'mean("num")',
          by: ['building'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Fine dust PM2.5', zh: 'PM2.5' },
      about: { en: 'Mean of the sensors of a grid.', zh: '网格内传感器的平均值。' },
      kind: 'lines',
      unit: 'conμgm3',
      width: 12,
      page: '/devices',
      queries: [
        ofProperty('pm2-5', {
          filters: placeFilters,
          select: 'mean("num")',
          by: ['grid'],
          over: 'time',
        }),
      ],
    },
  ],
};
