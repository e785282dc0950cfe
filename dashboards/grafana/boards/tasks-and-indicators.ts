import { type Board, placeFilters } from '#dashboards/grafana/board.ts';
import { ofTasks, stepsOfTasks } from '#dashboards/grafana/influxql.ts';

export const tasksAndIndicators: Board = {
  id: 'tasks-and-indicators',
  title: { en: 'Tasks and indicators', zh: '任务与指标' },
  filters: placeFilters,
  span: '7d',
  panels: [
    {
      title: { en: 'Steps of tasks', zh: '任务步骤' },
      about: { en: 'In the time shown, by action.', zh: '所选时间内，按操作。' },
      kind: 'number',
      width: 12,
      page: '/tasks',
      queries: [stepsOfTasks({ filters: placeFilters, by: ['action'], over: 'range' })],
    },
    {
      title: { en: 'Steps while overdue', zh: '超时后的步骤' },
      about: {
        en: 'Steps that came after the time until which they should have, by category.',
        zh: '超过时限之后才做的步骤，按类别。',
      },
      kind: 'number',
      width: 12,
      page: '/tasks',
      thresholds: [{ from: 1, severity: 'major' }],
      queries: [
        stepsOfTasks({
          filters: placeFilters,
          conditions: ['"overdue" = true'],
          by: ['category'],
          over: 'range',
        }),
      ],
      mayBeEmpty: 'nothing is overdue',
    },
    {
      title: { en: 'Dispatched by category', zh: '各类别派发' },
      about: { en: 'In each interval.', zh: '每个时间段内。' },
      kind: 'bars',
      width: 12,
      page: '/tasks',
      queries: [
        stepsOfTasks({
          filters: placeFilters,
          conditions: [`"action" = 'dispatch'`],
          by: ['category'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Dispatched by building', zh: '各楼栋派发' },
      about: { en: 'In each interval.', zh: '每个时间段内。' },
      kind: 'bars',
      width: 12,
      page: '/tasks',
      queries: [
        stepsOfTasks({
          filters: placeFilters,
          conditions: [`"action" = 'dispatch'`],
          by: ['building'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Time since it was created', zh: '距创建时间' },
      about: {
        en: 'Mean at each action: how long after its creation a task was accepted, fed back, closed.',
        zh: '各操作距任务创建的平均时间：接单、反馈、结案。',
      },
      kind: 'number',
      unit: 's',
      width: 12,
      page: '/tasks',
      queries: [
        ofTasks({
          filters: placeFilters,
          select: 'mean("seconds")',
          conditions: ['"action" =~ /^(dispatch|accept|claim|start|feedback|close)$/'],
          by: ['action'],
          over: 'range',
        }),
      ],
    },
    {
      title: { en: 'Went into each state', zh: '进入各状态' },
      about: { en: 'In each interval.', zh: '每个时间段内。' },
      kind: 'bars',
      width: 12,
      page: '/tasks',
      queries: [
        stepsOfTasks({
          filters: placeFilters,
          // Most notes leave a task in its state.
          conditions: ['"entered" = 1'],
          by: ['state'],
          over: 'time',
        }),
      ],
    },
    {
      title: { en: 'Sent back, transferred, escalated, urged', zh: '退回、转派、上报、催办' },
      about: { en: 'In each interval.', zh: '每个时间段内。' },
      kind: 'bars',
      width: 24,
      page: '/tasks',
      queries: [
        stepsOfTasks({
          filters: placeFilters,
          conditions: ['"action" =~ /^(rework|return|transfer|escalate|urge)$/'],
          by: ['action'],
          over: 'time',
        }),
      ],
      mayBeEmpty: 'nobody had to',
    },
  ],
};
