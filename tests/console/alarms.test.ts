import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { openStage } from './support/stage.ts';
import { taskOf } from './support/story.ts';
import { said, saidFirst } from './support/words.ts';

const stage = openStage(async (community) => {
  await community.publish('leak-g1-garage', { 'water-leak': true });
  await community.publish('smoke-b3-0502', { smoke: true });
  await taskOf(community, 'fire');
});
const desk: View = { language: 'en', appearance: 'light', width: 1440 };

interface Said {
  readonly action: string;
  readonly actor: string;
  readonly to: string | null;
  readonly comment: string | null;
}

describe('an alarm', () => {
  it('is found, acknowledged and said to be what it was, and remembers who said so', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { page, content } = manager;
    await manager.goTo('/alarms?severity=critical');
    await content.getByRole('link', { name: 'Smoke alarm' }).click();
    await page.getByRole('heading', { level: 1, name: 'Smoke alarm' }).waitFor();
    await content.getByRole('button', { name: said('en', 'alarms.acknowledge'), exact: true }).click();
    await content.getByText(said('en', 'alarms.acknowledged-by', { name: 'Wu Gang' })).waitFor();

    await content.getByRole('radio', { name: said('en', 'dispositions.nuisance') }).check();
    await content.getByLabel(said('en', 'alarms.comment')).fill('steam from the kitchen');
    await content.getByRole('button', { name: said('en', 'alarms.dispose'), exact: true }).click();
    await content.getByText('steam from the kitchen').waitFor();

    const { body } = await stage.community.admin.get<{ items: readonly { history: readonly Said[] }[] }>(
      '/api/v1/alarms?rule=smoke-alarm',
    );
    expect(body.items[0]?.history.slice(1)).toMatchObject([
      { action: 'acknowledged', actor: 'm-wu', comment: null },
      { action: 'disposed', actor: 'm-wu', to: 'nuisance', comment: 'steam from the kitchen' },
    ]);
  });

  it('shows what was measured around its moment, and the readings that decided', async () => {
    await using leader = await stage.visit(desk, 'grid-leader');
    await leader.goTo('/alarms?rule=smoke-alarm');
    await leader.content.getByRole('link', { name: 'Smoke alarm' }).click();
    await leader.content.locator('figure svg').first().waitFor();
    await leader.content.getByText(said('en', 'alarms.evidence')).waitFor();
  });

  it('is for an auditor to look at only', async () => {
    await using auditor = await stage.visit(desk, 'auditor');
    await auditor.goTo('/alarms?rule=water-leak');
    await auditor.content.getByRole('table').getByRole('link').first().click();
    await auditor.content.getByText(said('en', 'alarms.may-not-answer')).waitFor();
    expect(await auditor.content.getByRole('button').count()).toBe(0);
  });
});

describe('an alarm from outside', () => {
  it('is called what who raised it called it, in both languages, and leads to no rule', async () => {
    const raised = await stage.community.admin.post<{ id: string }>('/api/v1/alarms', {
      rule: 'lift-noise',
      id: 'n-1',
      category: 'facilities',
      severity: 'minor',
      place: 'b3',
      title: { zh: '电梯异响', en: 'Noise in the lift' },
    });
    expect(raised.status).toBe(201);
    for (const [language, title] of [
      ['en', 'Noise in the lift'],
      ['zh', '电梯异响'],
    ] as const) {
      await using manager = await stage.visit({ ...desk, language }, 'property-manager');
      await manager.goTo('/alarms?rule=lift-noise');
      await manager.content.getByRole('table').getByRole('link', { name: title }).click();
      await manager.page.getByRole('heading', { level: 1, name: title }).waitFor();
      await manager.content.getByText(said(language, 'alarms.posted-by')).waitFor();
      await manager.content.getByRole('link', { name: title }).first().waitFor();
      expect(await manager.content.locator('a[href*="/rules/lift-noise"]').count()).toBe(0);
      expect(await manager.content.locator('a[href*="/devices/"]').count()).toBe(0);
    }
  });
});

describe('the list of alarms', () => {
  it('is narrowed by what stands in the address, and survives a reload', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { page, content } = manager;
    await manager.goTo('/alarms');
    const rows = content.getByRole('table').locator('tbody tr');
    await rows.nth(1).waitFor();
    await content.getByLabel(said('en', 'alarms.severity')).selectOption('critical');
    await page.waitForURL('**/alarms?severity=critical');
    await rows.nth(1).waitFor({ state: 'detached' });
    await page.reload();
    await rows.first().waitFor();
    expect(await rows.count()).toBe(1);
    await content.getByRole('button', { name: said('en', 'common.clear-filters') }).click();
    await rows.nth(1).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('says when nothing fits', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await manager.goTo('/alarms?severity=warning');
    await manager.content.getByText(said('en', 'alarms.none-fits'), { exact: true }).waitFor();
    expect(saidFirst('en', 'alarms.none-fits-hint')).not.toBe('');
  });
});
