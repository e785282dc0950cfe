import { describe, expect, it } from 'vitest';
import { launchChromium } from '#tests/support/browser/chromium.ts';
import { Visitor } from '#tests/support/browser/visitor.ts';
import { RunningDemo } from '#tests/support/running-demo.ts';
import { type Deed, namedBy, readWalkthrough } from './support/walkthrough.ts';

const steps = readWalkthrough('docs/walkthrough.md');
const withinMs = 5 * 60_000;

async function act({ page }: Visitor, demo: RunningDemo, deed: Deed): Promise<void> {
  const dialog = page.getByRole('dialog');
  const within = (await dialog.count()) > 0 ? dialog : page.locator('body');
  switch (deed.deed) {
    case 'sign in': {
      const { password, username } = demo.accountFor(deed.part);
      await page.getByLabel('User name').fill(username);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      return;
    }
    case 'sign out':
      await page.getByRole('button', { name: 'sign out' }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      return;
    case 'open':
      await page.getByRole('link', { name: deed.name }).filter({ visible: true }).first().click();
      return;
    case 'press':
      await within.getByRole('button', { name: deed.name, exact: true }).first().click();
      return;
    case 'see':
      await page.getByText(deed.name).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
      return;
    case 'write':
      await within.getByLabel(deed.field).fill(deed.text);
      return;
  }
}

describe('docs/walkthrough.md', () => {
  it('tells its reader everything that its test does', () => {
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
    for (const { deeds, number, words } of steps) {
      expect(deeds.length, `deeds of step ${number}`).toBeGreaterThan(0);
      for (const name of deeds.flatMap(namedBy)) expect(words, `step ${number}`).toContain(`**${name}**`);
    }
  });

  it(
    'leads through the demo to a closed task, step by step, within five minutes',
    async () => {
      await using browser = await launchChromium();
      await using demo = await RunningDemo.start({ days: 1 });
      await using visitor = await Visitor.open(browser, {
        base: demo.base,
        view: { language: 'en', appearance: 'light', width: 1440 },
      });
      await visitor.page.goto(demo.base);
      for (const { deeds, number, words } of steps)
        for (const deed of deeds)
          await act(visitor, demo, deed).catch((cause: unknown) => {
            throw new Error(`step ${number} (${words}): ${JSON.stringify(deed)}`, { cause });
          });
    },
    withinMs,
  );
});
