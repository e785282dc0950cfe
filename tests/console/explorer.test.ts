import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { expectAccessible, expectLaidOut } from './support/look.ts';
import { openStage } from './support/stage.ts';
import { weatherOfADay } from './support/story.ts';
import { said } from './support/words.ts';

const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'dark', width: 390 };
const garden = 's=air-g2-garden:temperature';
const garage = 's=air-g1-garage:temperature';
const weekMs = 7 * 24 * 3_600_000;

const stage = openStage(async (community) => {
  const today = weatherOfADay(Date.now());
  await community.publish('air-g2-garden', weatherOfADay(Date.now() - weekMs));
  await community.publish('air-g2-garden', today);
  await community.publish('air-g1-garage', today);
  await community.publish('smoke-b3-0502', { smoke: true, temperature: 21 });
});
const say = (key: string): string => said('en', key);
const chart = (page: Page) => page.getByRole('img', { name: /, from .* to / });

describe('the explorer', () => {
  it('draws several devices against each other and says what the lines are made of', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(`/explorer?${garden}&s=air-g1-garage:humidity&range=24h`);
    await page.getByRole('img', { name: /^Temperature · .*; Relative humidity · .*, from / }).waitFor();
    await page.getByText(say('explorer.each')).waitFor();
    await page.getByText(say('explorer.gaps')).waitFor();
  });

  it('lays the week before under it, and the way back of the browser takes it away again', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(`/explorer?${garden}&range=24h`);
    const before = page.getByRole('rowheader', { name: /\(a week before\)$/ });
    await chart(page).waitFor();
    expect(await before.count()).toBe(0);
    await page.getByRole('button', { name: say('explorer.compare') }).click();
    await before.waitFor();
    expect(page.url()).toContain('compare=week');
    await page.getByText(say('explorer.before-hint')).waitFor();
    await page.goBack();
    await before.waitFor({ state: 'detached' });
  });

  it('says that there is nothing of the week before, rather than of a dashed line that nobody sees', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo(`/explorer?${garage}&range=24h&compare=week`);
    await page.getByText(say('explorer.before-none')).waitFor();
    expect(await page.getByText(say('explorer.before-hint')).count()).toBe(0);
  });

  it('marks alarms and tasks over the chart; a mark opens the alarm', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/explorer?s=smoke-b3-0502:smoke&range=1h');
    const alarms = page.getByRole('list', { name: say('explorer.marks-alarms') });
    await alarms.getByRole('link', { name: /^Alarm: Smoke alarm, Critical, / }).waitFor();
    await page
      .getByRole('list', { name: say('explorer.marks-tasks') })
      .getByRole('link', { name: /^Task: / })
      .waitFor();
    await page.getByRole('button', { name: say('explorer.marks-tasks') }).click();
    await page.getByRole('list', { name: say('explorer.marks-tasks') }).waitFor({ state: 'detached' });
    await alarms.getByRole('link').first().click();
    await page.waitForURL(/\/alarms\/\w/);
    await page.getByRole('heading', { level: 1, name: 'Smoke alarm' }).waitFor();
  });

  it('takes one property of several ticked devices at once', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/explorer');
    await page.getByRole('button', { name: say('explorer.add') }).click();
    const dialog = page.getByRole('dialog');
    const search = dialog.getByLabel(say('explorer.search'));
    await search.fill('air-g');
    await dialog.getByText('air-g1-garage').click();
    await dialog.getByText('air-g2-garden').click();
    // What is ticked stays in sight while one looks for another, and can be let go of at once.
    await search.fill('smoke-b3-0502');
    await dialog.getByText('smoke-b3-0502').click();
    await dialog.getByText('air-g1-garage').waitFor();
    await dialog.getByRole('button', { name: said('en', 'explorer.untick', { count: '3' }) }).click();
    await dialog.getByText('air-g1-garage').waitFor({ state: 'detached' });
    await search.fill('air-g');
    await dialog.getByText('air-g1-garage').click();
    await dialog.getByText('air-g2-garden').click();
    await dialog.getByRole('button', { name: /^Temperature 2 devices$/ }).click();
    await dialog.getByText('2 of 8 series chosen').waitFor();
    await expectAccessible(visitor, 'choosing data');
    await dialog.getByRole('button', { name: say('explorer.done') }).click();
    expect(new URL(page.url()).searchParams.getAll('s')).toEqual([
      'air-g1-garage:temperature',
      'air-g2-garden:temperature',
    ]);
    await chart(page).waitFor();
  });

  it('says of a link to what one may not see that it is not theirs, and does not offer it', async () => {
    await stage.community.publish('watch-b3-0301', { 'heart-rate': 72, battery: 80 });
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page, trouble } = visitor;
    trouble.expect(/403/);
    await visitor.goTo('/explorer?s=watch-b3-0301:heart-rate&s=gone-device:co&range=24h');
    trouble.expect(/404/);
    const missing = page.getByRole('list', { name: say('explorer.missing') });
    await missing.getByText(say('explorer.not-yours')).waitFor();
    await missing.getByText(say('explorer.gone')).waitFor();
    await page.getByRole('button', { name: say('explorer.add') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(say('explorer.search')).fill('watch-b3-0301');
    await dialog.getByText('watch-b3-0301').click();
    await dialog.getByRole('button', { name: /^Battery/ }).waitFor();
    expect(await dialog.getByRole('button', { name: /^Heart rate/ }).count()).toBe(0);
  });

  it('keeps old addresses of charts', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    await visitor.goTo(`/charts?${garden}&range=24h`);
    await chart(visitor.page).waitFor();
    expect(visitor.page.url()).toContain('/explorer?');
  });
});

describe('the heat map of a building', () => {
  it('shows all devices of the place, told cell by cell with the arrow keys, and leads to the line', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/explorer?view=heat&place=g1&property=temperature&range=24h');
    const field = page.getByRole('button', { name: /^Heat map of Temperature in Grid 1: 2 devices, / });
    await field.waitFor();
    await field.focus();
    await page.keyboard.press('ArrowDown');
    await page
      .getByRole('status')
      .filter({ hasText: /·.*°C$/ })
      .waitFor();
    await expectAccessible(visitor, 'heat map');
    await page.keyboard.press('Enter');
    await chart(page).waitFor();
    expect(new URL(page.url()).searchParams.getAll('s')).toHaveLength(1);
    await page.goBack();
    await field.waitFor();
  });

  it('asks for the cells once, as fine as there is room for', async () => {
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/heat?'))
        asked.push(new URL(request.url()).searchParams.get('every') ?? '');
    });
    await visitor.goTo('/explorer?view=heat&place=g1&property=temperature&range=24h');
    await page.getByRole('button', { name: /^Heat map of Temperature/ }).waitFor();
    expect(asked).toEqual(['1h']);
  });

  it('of what is true or not says so in its legend, and no spans from no to yes', async () => {
    await stage.community.publish('door-b3-u1', [
      { ts: Date.now() - 7_200_000, values: { 'door-open': false } },
      { ts: Date.now() - 1_000, values: { 'door-open': true } },
    ]);
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/explorer?view=heat&place=b3&property=door-open&range=24h');
    const legend = page.getByRole('list', { name: say('explorer.legend') });
    await legend.waitFor();
    expect(await legend.getByRole('listitem').allInnerTexts()).toEqual(['Shut', 'Open', 'Nothing said']);
  });

  it('offers what was said there, and a property manager no property of health', async () => {
    await stage.community.publish('watch-b3-0301', { 'heart-rate': 72, battery: 80 });
    await using visitor = await stage.visit(desk, 'property-manager');
    const { page } = visitor;
    await visitor.goTo('/explorer?view=heat&place=g1');
    const options = page.getByLabel(say('explorer.heat-property')).locator('option');
    await options.first().waitFor({ state: 'attached' });
    const offered = await options.allInnerTexts();
    expect(offered).toContain('Temperature');
    expect(offered).not.toContain('Heart rate');
    // Kinds that are there could say it, and nobody ever did.
    expect(offered).not.toContain('Formaldehyde');
    await using nurse = await stage.visit(desk, 'care-staff');
    await nurse.goTo('/explorer?view=heat&place=g1');
    await nurse.page
      .getByLabel(say('explorer.heat-property'))
      .locator('option', { hasText: 'Heart rate' })
      .first()
      .waitFor({ state: 'attached' });
  });
});

it.each([
  ['series', `/explorer?${garage}&s=smoke-b3-0502:smoke&range=7d&compare=week`],
  ['the heat map', '/explorer?view=heat&place=g1&property=temperature&range=7d'],
  ['nothing chosen', '/explorer'],
] as const)('on a phone, in Chinese and dark, %s is well built', async (_what, path) => {
  await using visitor = await stage.visit(phone, 'grid-worker');
  await visitor.goTo(path);
  await expectLaidOut(visitor);
  await expectAccessible(visitor);
});
