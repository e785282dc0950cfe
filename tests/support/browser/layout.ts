import type { Page } from 'playwright-core';

/** What stands out of the page to the right, so that the whole page would be scrolled sideways; empty: nothing. */
export const standingOut = (page: Page): Promise<string[]> =>
  page.locator(':root').evaluate((root) => {
    const { clientWidth, scrollWidth } = root;
    if (scrollWidth <= clientWidth) return [];
    const found = [`the page is ${scrollWidth} px wide in a window of ${clientWidth} px`];
    for (const element of root.querySelectorAll('body *'))
      if (element.getBoundingClientRect().right > clientWidth + 0.5)
        found.push(element.outerHTML.slice(0, 160));
    return found.slice(0, 12);
  });
