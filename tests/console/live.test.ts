import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { loadsOf } from './support/loads.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'en', appearance: 'light', width: 1440 };
const phone: View = { language: 'zh', appearance: 'light', width: 390 };

describe('what happens', () => {
  it('stands on the board, and in the inbox of the worker on duty, without a reload', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await using worker = await stage.visit(phone, 'grid-worker');
    await manager.goTo('/tasks');
    await worker.goTo('/inbox');
    const loads = [manager, worker].map(({ page }) => loadsOf(page));
    await manager.page.getByText(said('en', 'common.live-live')).first().waitFor();
    await worker.page.getByText(said('zh', 'common.live-live')).first().waitFor();

    await stage.community.publish('smoke-b3-0502', { smoke: true });

    await manager.content.getByText('Smoke at').first().waitFor();
    await worker.content.getByText('烟感报警').first().waitFor();
    expect(loads.map(({ count }) => count)).toEqual([0, 0]);
  });

  it('comes to the care staff when somebody falls', async () => {
    await using carer = await stage.visit(phone, 'care-staff');
    await carer.goTo('/inbox');
    await carer.page.getByText(said('zh', 'common.live-live')).first().waitFor();
    await stage.community.publish('radar-b3-0502', { fall: true, 'fall-confirmed': true });
    await carer.content.getByText('有人跌倒').first().waitFor();
  });

  it('is a new value of a device that is being looked at', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    await stage.community.publish('air-g1-garage', { temperature: 12 });
    await manager.goTo('/devices/air-g1-garage');
    await manager.content.getByText('12', { exact: false }).first().waitFor();
    await stage.community.publish('air-g1-garage', { temperature: 27.5 });
    await manager.content.getByText('27.5').first().waitFor();
  });
});
