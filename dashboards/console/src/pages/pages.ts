import { ArchiveX, ChartLine, Cpu, LayoutDashboard } from '@lucide/vue';
import type { Role } from '../api/types.ts';
import type { Page } from './page.ts';

/** Everybody but a volunteer, who sees no devices. */
const observers: readonly Role[] = [
  'admin',
  'property-manager',
  'care-staff',
  'grid-worker',
  'grid-leader',
  'community-duty',
  'street-duty',
  'auditor',
];

/** Every page behind the sign-in, in the order of the navigation. A new page is a line here and a folder beside. */
export const pages: readonly Page[] = [
  {
    name: 'overview',
    path: '/',
    section: 'now',
    icon: LayoutDashboard,
    isAtHand: true,
    load: () => import('./overview/overview-page.vue'),
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
