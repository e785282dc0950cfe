import { describe, expect, it } from 'vitest';
import type { View } from '#tests/support/browser/view.ts';
import { loadsOf } from './support/loads.ts';
import { openStage } from './support/stage.ts';
import { said } from './support/words.ts';

const stage = openStage();
const desk: View = { language: 'zh', appearance: 'light', width: 1440 };

describe('the overview', () => {
  it('tells of smoke at once, without a reload, and leads to it', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { page, content } = manager;
    await manager.goTo('/');
    const loads = loadsOf(page);
    await content.getByText(said('zh', 'overview.no-alarms'), { exact: true }).waitFor();
    await content.getByText(said('zh', 'common.live-live')).waitFor();

    await stage.community.publish('smoke-b3-0502', { smoke: true });
    await content.getByText(said('zh', 'overview.head-critical', { count: '1' })).waitFor();
    expect(loads.count, 'loads of the page').toBe(0);
    await content.getByRole('link', { name: /3号楼/ }).getByText(said('zh', 'severities.critical')).waitFor();

    await content.getByRole('link', { name: /烟感报警/ }).click();
    await page.getByRole('heading', { level: 1, name: '烟感报警' }).waitFor();
  });

  it('on a wall has no navigation, and leaves that mode again', async () => {
    await using manager = await stage.visit({ ...desk, width: 1920 }, 'property-manager');
    const { page } = manager;
    await manager.goTo('/?wall=1');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByRole('button', { name: said('zh', 'overview.leave-wall') }).click();
    await page.getByRole('navigation').first().waitFor();
  });

  it('says that it does not know while the platform cannot be heard', async () => {
    await using manager = await stage.visit(desk, 'property-manager');
    const { content, trouble } = manager;
    trouble.expect(
      /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/,
    );
    await manager.goTo('/');
    await content.getByText(said('zh', 'common.live-live')).waitFor();
    const unknown = content.getByText(/现在的情况不明/);
    expect(await unknown.count()).toBe(0);
    await stage.community.crash();
    await unknown.waitFor();
    await stage.community.startAgain();
    await unknown.waitFor({ state: 'detached' });
  });
});
