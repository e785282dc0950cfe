import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { accountOf } from './support/lived-in-community.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const stage = openStage();

/** What has the focus, in the words that a screen reader would say of it. */
const focused = (page: Page): Promise<string> =>
  page
    .locator(':focus')
    .evaluate((element) => (element.getAttribute('aria-label') ?? element.textContent).trim());

/** Presses Tab until that has the focus. @throws after more steps than any page should need */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(':focus').count()) > 0 && (await focused(page)).startsWith(name)) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

describe('without a mouse', () => {
  it('one signs in, goes to a page, chooses a language and signs out', async () => {
    await using visitor = await stage.visit(desk);
    const { page } = visitor;
    await visitor.goTo('/sign-in');
    const { password, username } = accountOf('property-manager');
    await page.keyboard.press('Tab');
    await page.keyboard.type(username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: said('en', 'nav.overview') }).waitFor();

    await tabTo(page, said('en', 'nav.devices'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: said('en', 'nav.devices') }).waitFor();

    await tabTo(page, 'Wu Gang');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe(said('en', 'common.language-en'));
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await focused(page), 'the focus is back where it was').toContain('Wu Gang');
  });

  it('the first Tab skips the navigation, and every stop on the way is seen', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/devices');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe(said('en', 'common.skip-to-content'));
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('content');
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      const outline = await page.locator(':focus').evaluate((element) => {
        const { outlineStyle, outlineWidth } = element.ownerDocument.defaultView.getComputedStyle(element);
        return `${outlineStyle} ${outlineWidth}`;
      });
      expect(outline, await focused(page)).not.toMatch(/^none| 0px$/);
    }
  });
});
