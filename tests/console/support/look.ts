import { expect } from 'vitest';
import { violationsOf } from '#tests/support/browser/accessibility.ts';
import { standingOut } from '#tests/support/browser/layout.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';

/** What holds for every page at every size: one title, nothing to be scrolled sideways, a way to the other pages. */
export async function expectLaidOut({ page }: Visitor, name = page.url()): Promise<void> {
  expect(await page.locator('h1').count(), `headings of the first level of ${name}`).toBe(1);
  expect(await standingOut(page), `stands out of ${name}`).toEqual([]);
  expect(
    await page.getByRole('navigation').filter({ visible: true }).count(),
    `navigations of ${name}`,
  ).toBeGreaterThan(0);
}

/** What holds for every page in every language and appearance. */
export async function expectAccessible({ page }: Visitor, name = page.url()): Promise<void> {
  expect(await violationsOf(page), `found by axe in ${name}`).toEqual([]);
}
