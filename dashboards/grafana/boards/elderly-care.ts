import type { Board, Filter } from '#dashboards/grafana/board.ts';
import {
  alarmsRaised,
  devicesThatSaid,
  ofTasks,
  stepsOfTasks,
  timesSo,
} from '#dashboards/grafana/influxql.ts';

// No narrower than a grid: a building may have one resident who is cared for, and a device is somebody's.
const grids: readonly Filter[] = ['community', 'grid'];
const care = `"category" = 'elderly-care'`;

/** Aggregates only: no vitals at all, nothing by device, place or building, nobody's name (docs/privacy.md). */
export const elderlyCare: Board = {
  id: 'elderly-care',
  title: { en: 'Elderly care', zh: '为老服务' },
  filters: grids,
  span: '7d',
  panels: [
    {
      title: { en: 'Calls for help and falls', zh: '求助与跌倒' },
      about: { en: 'Alarms raised in the time shown, by rule.', zh: '所选时间内新增报警，按规则。' },
      kind: 'number',
      width: 12,
      page: '/care',
      queries: [
        alarmsRaised({
          filters: grids,
          conditions: [care],
          by: ['rule'],
          over: 'range',
        }),
      ],
    },
    {
      title: { en: 'Until somebody accepted', zh: '接单用时' },
      about: {
        en: 'Mean time from creation until somebody accepted or claimed it, of tasks of elderly care.',
        zh: '为老任务从创建到有人接单或抢单的平均用时。',
      },
      kind: 'number',
      unit: 's',
      width: 12,
      page: '/tasks',
      queries: [
        ofTasks({
          filters: grids,
          select: 'mean("seconds")',
          conditions: [care, '"action" =~ /^(accept|claim)$/'],
          over: 'range',
        }),
      ],
      mayBeEmpty: 'nobody has accepted such a task',
    },
    {
      title: { en: 'Alarms of elderly care', zh: '为老报警' },
      about: { en: 'Raised in each interval, by grid.', zh: '每个时间段内新增，按网格。' },
      kind: 'bars',
      width: 12,
      page: '/care',
      queries: [
        alarmsRaised({
          filters: grids,
          conditions: [care],
          by: ['grid'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Calls for help', zh: '求助次数' },
      about: { en: 'Presses of the button, by grid.', zh: '按钮按下次数，按网格。' },
      kind: 'bars',
      width: 12,
      page: '/care',
      queries: [
        timesSo('sos', {
          filters: grids,
          by: ['grid'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Devices of care heard', zh: '有上报的为老设备' },
      about: { en: 'Those that told their battery in the time shown.', zh: '所选时间内上报过电量的设备。' },
      kind: 'number',
      width: 12,
      page: '/devices',
      queries: [
        devicesThatSaid({
          filters: grids,
          conditions: ['"kind" =~ /^(sos-button|wearable|fall-radar|bed-sensor|motion)$/'],
          property: 'battery',
          by: ['kind'],
        }),
      ],
    },
    {
      title: { en: 'Tasks of elderly care', zh: '为老任务' },
      about: { en: 'Steps in the time shown.', zh: '所选时间内的步骤。' },
      kind: 'number',
      width: 12,
      page: '/tasks',
      queries: [
        stepsOfTasks({
          filters: grids,
          conditions: [care],
          by: ['action'],
          over: 'range',
        }),
      ],
    },
  ],
};
