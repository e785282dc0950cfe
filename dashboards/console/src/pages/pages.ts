import { ArchiveX, BellRing, ChartLine, ClipboardList, Cpu, Inbox, LayoutDashboard } from '@lucide/vue';
import { observers, workers } from '../session/role-groups.ts';
import type { Page } from './page.ts';

/** Every page behind the sign-in, in the order of the navigation. A new page is a line here and a folder beside. */
export const pages: readonly Page[] = [
  {
    name: 'overview',
    path: '/',
    section: 'now',
    icon: LayoutDashboard,
    isAtHand: true,
    // A volunteer has tasks alone.
    roles: observers,
    load: () => import('./overview/overview-page.vue'),
  },
  {
    name: 'inbox',
    path: '/inbox',
    section: 'now',
    icon: Inbox,
    roles: workers,
    isAtHand: true,
    load: () => import('./inbox/inbox-page.vue'),
  },
  {
    name: 'tasks',
    path: '/tasks',
    section: 'now',
    icon: ClipboardList,
    isAtHand: true,
    load: () => import('./tasks/tasks-page.vue'),
  },
  {
    name: 'task',
    path: '/tasks/:id',
    within: 'tasks',
    load: () => import('./task/task-page.vue'),
  },
  {
    name: 'alarms',
    path: '/alarms',
    section: 'now',
    icon: BellRing,
    roles: observers,
    isAtHand: true,
    load: () => import('./alarms/alarms-page.vue'),
  },
  {
    name: 'alarm',
    path: '/alarms/:id',
    within: 'alarms',
    roles: observers,
    load: () => import('./alarms/alarm-page.vue'),
  },
  {
    name: 'devices',
    path: '/devices',
    section: 'community',
    icon: Cpu,
    roles: observers,
    isAtHand: true,
    load: () => import('./devices/devices-page.vue'),
  },
  {
    name: 'device',
    path: '/devices/:id',
    within: 'devices',
    roles: observers,
    load: () => import('./device/device-page.vue'),
  },
  {
    name: 'charts',
    path: '/charts',
    section: 'insight',
    icon: ChartLine,
    roles: observers,
    load: () => import('./charts/charts-page.vue'),
  },
  {
    name: 'quarantine',
    path: '/quarantine',
    section: 'system',
    icon: ArchiveX,
    roles: ['admin', 'property-manager', 'auditor'],
    load: () => import('./quarantine/quarantine-page.vue'),
  },
];
