import { LayoutDashboard } from '@lucide/vue';
import type { Page } from './page.ts';

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
];
