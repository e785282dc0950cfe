import type { Component } from 'vue';
import { createRouter, createWebHistory, type Router } from 'vue-router';
import type { Page } from '../pages/page.ts';
import { pages } from '../pages/pages.ts';
import type { Session } from '../session/session.ts';
import { loadAfresh, stands } from './load-afresh.ts';

declare module 'vue-router' {
  interface RouteMeta {
    readonly page?: Page;
    readonly isOpen?: boolean;
    /** Key of its title, where it is none of `pages`. */
    readonly title?: string;
  }
}

/** Whether this role may see the page at all; what it shows is the server's to decide. */
export const maySee = (page: Page, session: Session): boolean =>
  page.roles === undefined || session.hasRole(...page.roles);

/** The addresses of all pages. Who is not signed in is sent to sign in, and comes back to where he wanted to go. */
export function createConsoleRouter(session: Session, learn: (page: string) => Promise<void>): Router {
  /** A page and what it says come together. */
  const withWords = (name: string, load: Page['load']) => async (): Promise<Component> => {
    const [page] = await Promise.all([load(), learn(name)]);
    return page.default;
  };
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      {
        name: 'sign-in',
        path: '/sign-in',
        component: withWords('sign-in', () => import('../pages/sign-in/sign-in-page.vue')),
        meta: { isOpen: true },
      },
      // For residents: no account, no frame.
      {
        name: 'report',
        path: '/report',
        component: withWords('report', () => import('../pages/report/report-page.vue')),
        meta: { isOpen: true, title: 'nav.report' },
      },
      {
        name: 'track',
        path: '/track/:code?',
        component: withWords('track', () => import('../pages/track/track-page.vue')),
        meta: { isOpen: true, title: 'nav.track' },
      },
      ...pages.map((page) => ({
        name: page.name,
        path: page.path,
        component: withWords(page.name, page.load),
        meta: { page },
      })),
      // As it was called until November 2026: people keep addresses.
      { path: '/charts', redirect: ({ query }) => ({ name: 'explorer', query }) },
      {
        name: 'not-found',
        path: '/:rest(.*)*',
        component: withWords('not-found', () => import('../pages/not-found/not-found-page.vue')),
      },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });

  router.beforeEach((to) => {
    if (to.meta.isOpen) return true;
    // Where a role may not look it is led to the first page that is its own.
    if (session.who.value && to.meta.page && !maySee(to.meta.page, session)) {
      const own = pages.find((page) => page.section !== undefined && maySee(page, session));
      return own === undefined ? true : { name: own.name };
    }
    if (session.who.value) return true;
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  });
  // A page's file that does not come: a newer console may have taken the place of this one.
  router.onError((_error, to) => void loadAfresh(to.fullPath));
  router.afterEach(stands);
  return router;
}
