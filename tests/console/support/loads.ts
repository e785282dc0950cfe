import type { Page } from 'playwright-core';

/** How often the page is loaded from now on. */
export function loadsOf(page: Page): { readonly count: number } {
  const loads = { count: 0 };
  page.on('load', () => {
    loads.count += 1;
  });
  return loads;
}
