import { type Category, type CompleteCategory, completeCategory, taskFields } from '#model/category.ts';

/**
 * The categories that an installation begins with. Life safety has limits in minutes, what is municipal in working
 * hours and days. The limits are defaults of ours: a community writes its own.
 */
export const defaultCategories = [
  {
    id: 'fire',
    name: { zh: '消防', en: 'Fire' },
    owner: 'grid-worker',
    limits: { verify: '5m', accept: '60s', handle: '15m', close: '24h' },
    checklist: [
      { zh: '到现场查看', en: 'Go and look' },
      { zh: '确认无人被困', en: 'Make sure that nobody is trapped' },
    ],
  },
  {
    id: 'elderly-care',
    name: { zh: '养老照护', en: 'Elderly care' },
    owner: 'care-staff',
    limits: { verify: '5m', accept: '60s', handle: '30m', close: '24h' },
    checklist: [{ zh: '电话或上门确认平安', en: 'Call or visit: is the resident well?' }],
    fields: [...taskFields],
  },
  {
    id: 'access-security',
    name: { zh: '门禁治安', en: 'Access and security' },
    owner: 'property-manager',
    limits: { verify: '30m', accept: '15m', handle: '4h', close: '2wd' },
  },
  {
    id: 'environment',
    name: { zh: '市容环境', en: 'Environment' },
    owner: 'grid-worker',
    limits: { verify: '2wh', accept: '2wh', handle: '1wd', close: '2wd' },
  },
  {
    id: 'facilities',
    name: { zh: '公用设施', en: 'Facilities' },
    owner: 'property-manager',
    limits: { verify: '2wh', accept: '2wh', handle: '3wd', close: '2wd' },
  },
  {
    id: 'lift',
    name: { zh: '电梯', en: 'Lifts' },
    owner: 'property-manager',
    limits: { verify: '15m', accept: '5m', handle: '4h', close: '1wd' },
  },
  {
    id: 'device-maintenance',
    name: { zh: '设备维护', en: 'Device maintenance' },
    owner: 'property-manager',
    limits: { verify: '4wh', accept: '4wh', handle: '5wd', close: '2wd' },
  },
  {
    id: 'resident-report',
    name: { zh: '居民诉求', en: 'Resident report' },
    owner: 'grid-worker',
    limits: { verify: '2wh', accept: '2wh', handle: '3wd', close: '2wd' },
  },
  {
    id: 'dispute',
    name: { zh: '矛盾纠纷', en: 'Dispute' },
    owner: 'grid-leader',
    limits: { verify: '4wh', accept: '4wh', handle: '5wd', close: '2wd' },
  },
] as const satisfies readonly Category[];

/**
 * Of a code that no resource stands for: that of the set Gridbell comes with, else one for grid workers. A task or a rule
 * whose category was deleted, or never was, still finds people.
 */
export const unlistedCategory = (id: string): CompleteCategory =>
  completeCategory(defaultCategories.find((category) => category.id === id) ?? { id, owner: 'grid-worker' });
