import type { Page } from 'playwright-core';

/** Shorter than the second in which clocks and countdowns on a page go on. */
const calmMs = 350;
const patienceMs = 6_000;

/** Until nothing has moved in the page for a moment: charts have drawn themselves, lists have come. */
export const calm = (page: Page): Promise<void> =>
  page.locator('body').evaluate(
    (body, { calmMs: quiet, patienceMs: patience }) =>
      new Promise<void>((resolve) => {
        const view = body.ownerDocument.defaultView;
        const observer = new view.MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(done, quiet);
        });
        const done = (): void => {
          observer.disconnect();
          resolve();
        };
        let timer = setTimeout(done, quiet);
        setTimeout(done, patience);
        observer.observe(body, { subtree: true, childList: true, attributes: true, characterData: true });
      }),
    { calmMs, patienceMs },
  );
