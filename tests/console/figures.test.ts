import { describe, expect, it } from 'vitest';
import { standingOut } from '#tests/support/browser/layout.ts';
import type { View } from '#tests/support/browser/view.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { tellStory } from './support/story.ts';
import { said } from './support/words.ts';

const stage = openStage(tellStory);
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const say = (key: string, values?: Record<string, string>): string => said('en', `figures.${key}`, values);

describe('figures', () => {
  it.each<View>([
    { language: 'en', appearance: 'dark', width: 390 },
    { language: 'zh', appearance: 'light', width: 1440 },
  ])('are laid out and readable for everybody in $language at $width px', async (view) => {
    await using visitor = await stage.visit(view, 'admin');
    await visitor.goTo('/figures?kind=weekly');
    await visitor.content
      .getByRole('region', { name: said(view.language, 'figures.workload') })
      .first()
      .waitFor();
    await expectLaidOut(visitor);
    await expectAccessible(visitor);
    expect(visitor.trouble.found).toEqual([]);
  });

  it('lead to lists with as many entries', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { content } = visitor;
    await visitor.goTo('/figures');
    const link = content.getByRole('link', { name: /^Reported: \d+$/ });
    const count = Number((await link.textContent())?.trim());
    expect(count).toBeGreaterThan(0);
    await link.click();
    await content.getByText(say('list-lead')).waitFor();
    await content.getByRole('listitem').first().waitFor();
    expect(await content.getByRole('listitem').count()).toBe(count);
    await content.getByRole('listitem').first().getByRole('link').click();
    await visitor.page.waitForURL(/\/tasks\/[^/]+$/);
  });

  it('are of the day, the week and the place that the address names, and stand in files of other kinds', async () => {
    await using visitor = await stage.visit(desk, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/figures');
    await content.getByLabel(say('kind'), { exact: true }).selectOption('daily');
    await content.getByLabel(say('place'), { exact: true }).selectOption('b3');
    await page.waitForURL(/kind=daily&place=b3/);
    await content.getByRole('button', { name: say('earlier') }).click();
    await page.waitForURL(/date=\d{4}-\d\d-\d\d/);
    for (const [name, type] of [
      [say('print'), 'text/html'],
      ['Excel', 'spreadsheetml'],
      ['CSV', 'text/csv'],
    ] as const) {
      const address = await content.getByRole('link', { name, exact: true }).getAttribute('href');
      expect(address).toContain('place=b3');
      const answer = await page.request.get(`${stage.community.base}${address ?? ''}`);
      expect(answer.headers()['content-type']).toContain(type);
    }
  });

  it.each(['zh', 'en'] as const)('fit on paper (%s)', async (language) => {
    await using visitor = await stage.visit({ ...desk, language }, 'admin');
    const { content, page } = visitor;
    await visitor.goTo('/figures?kind=monthly');
    const link = content.getByRole('link', { name: said(language, 'figures.print'), exact: true });
    const address = await link.getAttribute('href');
    await page.goto(`${stage.community.base}${address ?? ''}`);
    // A4 at 96 dots an inch, less margins of 15 mm.
    await page.setViewportSize({ width: 680, height: 1010 });
    await page.emulateMedia({ media: 'print' });
    expect(await standingOut(page)).toEqual([]);
    const pdf = await page.pdf({
      format: 'A4',
      margin: { left: '15mm', right: '15mm', top: '15mm', bottom: '15mm' },
    });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? [];
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.length).toBeLessThan(12);
  });

  it('say to a worker what the worker carries, and nothing of others', async () => {
    await using visitor = await stage.visit({ ...desk, width: 390 }, 'grid-worker');
    const { content } = visitor;
    await visitor.goTo('/figures');
    await content.getByText(/no ranking/).waitFor();
    expect(await content.getByRole('row').count()).toBe(2);
    expect(await content.getByLabel(say('kind'), { exact: true }).count()).toBe(0);
  });
});
