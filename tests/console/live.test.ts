import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import type { Visitor } from '#tests/support/browser/visitor.ts';
import { loadsOf } from './support/loads.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'light', width: 390 };

/** Until what is shown is what is. */
const isLive = ({ page }: Visitor, { language }: View): Promise<void> =>
  page.getByText(said(language, 'common.live-live')).first().waitFor();

const fiveHoursMs = 18_000_000;
const secondsOf = (time: string): number => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

describe('what happens', () => {
  it('stands on the overview, in the list of alarms and in the inbox of the worker on duty, without a reload', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await using leader = await stage.visit(desk, 'grid-leader');
    await using worker = await stage.visit(phone, 'grid-worker');
    await manager.goTo('/');
    await leader.goTo('/alarms');
    await worker.goTo('/inbox');
    await Promise.all([isLive(manager, desk), isLive(leader, desk), isLive(worker, phone)]);
    const loads = [manager, leader, worker].map(({ page }) => loadsOf(page));

    await stage.community.publish('smoke-b3-0502', { smoke: true });

    await manager.content.getByText('Smoke alarm').filter({ visible: true }).first().waitFor();
    await leader.content.getByRole('link', { name: 'Smoke alarm' }).first().waitFor();
    await worker.content.getByText('3号楼一单元 3-502 烟感报警').first().waitFor();
    expect(loads.map(({ count }) => count)).toEqual([0, 0, 0]);
  });

  it('is told with the times of the platform, however wrong the clock of the browser is', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { page } = manager;
    await page.clock.install({ time: new Date(Date.now() + fiveHoursMs) });
    await manager.goTo('/');
    await isLive(manager, desk);
    const told =
      /\d\d:\d\d:\d\d/.exec((await manager.content.locator('.updated').textContent()) ?? '')?.[0] ?? '';
    const inShanghai = new Date().toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' });
    const aside = Math.abs(secondsOf(told) - secondsOf(inShanghai));
    // A test may run at midnight.
    expect(Math.min(aside, 86_400 - aside), `${told} at ${inShanghai}`).toBeLessThan(60);
  });

  it('comes to the care staff when somebody falls', async () => {
    await using carer = await stage.visit(phone, 'care-staff');
    await carer.goTo('/inbox');
    await isLive(carer, phone);
    await stage.community.publish('radar-b3-0502', { fall: true, 'fall-confirmed': true });
    await carer.content.getByText('有人跌倒').first().waitFor();
  });

  it('is a new value of a device that is being looked at', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await stage.community.publish('air-g1-garage', { temperature: 12 });
    await manager.goTo('/devices/air-g1-garage');
    await isLive(manager, desk);
    await stage.community.publish('air-g1-garage', { temperature: 27.5 });
    await manager.content.getByText('27.5').first().waitFor();
  });
});
